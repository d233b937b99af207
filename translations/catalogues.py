"""Bring both catalogues up to date with the words in the code and the pages (`make words`).

New words are added without a translation, unused ones leave, and nothing is guessed; the tests fail until every new
word is translated.
"""

import os
import tomllib
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def extract() -> Catalog:
    """Return every interface word found in consult/ and templates/."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {m["pattern"]: {k: v for k, v in m.items() if k not in {"pattern", "method"}} for m in mappings}
    found = Catalog()
    for folder in ("consult", "templates"):
        here = [(p.removeprefix(folder + "/"), m) for p, m in methods if p.startswith(folder + "/")]
        settings = {p.removeprefix(folder + "/"): o for p, o in options.items()}
        for file, line, message, comments, context in extract_from_dir(
            ROOT / folder, here, settings, keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    return found


def catalogue_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Read a catalogue."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Add and remove words in both catalogues, sort them, and compile."""
    words = extract()
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(words, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with catalogue_path(language).open("wb") as file:
            write_po(file, catalogue, width=110, sort_output=True, no_location=True, omit_header=False)
    compile_all()


def compile_all() -> None:
    """Write messages.mo beside every messages.po whose words changed."""
    for language in LANGUAGES:
        made = BytesIO()
        write_mo(made, read(language))
        target = catalogue_path(language).with_suffix(".mo")
        if not target.exists() or target.read_bytes() != made.getvalue():
            _replace(target, made.getvalue())


def _replace(target: Path, content: bytes) -> None:
    """Put a whole file in the place of another: a program that is reading the earlier one keeps it."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


if __name__ == "__main__":
    update()
