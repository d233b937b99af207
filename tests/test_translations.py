"""Both catalogues are complete, and French is set as it is in Canada."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).resolve().parent.parent
_SPEC = util.spec_from_file_location("catalogues", ROOT / "translations" / "catalogues.py")
assert _SPEC is not None
assert _SPEC.loader is not None
catalogues = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(catalogues)

NO_BREAK = "\u00a0"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?[a-z][^>]*>")
# What breaks Canadian French typography, and what it should be.
WRONG_IN_FRENCH = (
    (re.compile(r"[^\u00a0/\d(]:(?!//)(?=\s|$)"), "no-break space before a colon"),
    (re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"), "no-break space inside « »"),
    (re.compile(r"\s[;!?]"), "no space before ; ! ?"),
    (re.compile(r"\w'\w"), "a typographic apostrophe"),
    (re.compile(r"[\"“”]"), "« » for quotation marks"),
    (re.compile(r"\.\.\."), "… for three dots"),
    (re.compile(r"\d %"), "no-break space before %"),
)


def texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, (tuple, list)) else (message.string,)


def ids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, (tuple, list)) else (message.id,)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return catalogues.extract()


@pytest.fixture(scope="module")
def french() -> Catalog:
    return catalogues.read("fr")


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_nothing_is_missing_unused_or_fuzzy(extracted: Catalog, language: str) -> None:
    wanted = {message.id for message in messages(extracted)}
    catalogue = catalogues.read(language)
    assert len(wanted) > 100
    assert {message.id for message in messages(catalogue)} == wanted
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert not catalogue.obsolete


def test_every_word_has_its_french(french: Catalog) -> None:
    assert [message.id for message in messages(french) if not all(texts(message))] == []


def test_placeholders_and_tags_are_equal(french: Catalog) -> None:
    differing = []
    for message in messages(french):
        for text in texts(message):
            for pattern in (PLACEHOLDER, TAG):
                allowed = [Counter(pattern.findall(one)) for one in ids(message)]
                if Counter(pattern.findall(text)) not in allowed:
                    differing.append(message.id)
    assert differing == []


def test_french_follows_canadian_typography(french: Catalog) -> None:
    wrong = [
        (text, rule)
        for message in messages(french)
        for text in texts(message)
        for pattern, rule in WRONG_IN_FRENCH
        if pattern.search(PLACEHOLDER.sub("x", text))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Deux mots : ici",
        "Deux mots: ici",
        "Quoi ?",
        "Oui !",
        "« ici »",
        "«ici»",
        "l'eau",
        'un "mot"',
        "etc...",
        "16 %",
    ],
)
def test_the_typography_check_sees_each_fault(text: str) -> None:
    assert any(pattern.search(text) for pattern, _ in WRONG_IN_FRENCH)


@pytest.mark.parametrize(
    "text",
    [f"Deux{NO_BREAK}: ici", "Quoi?", f"«{NO_BREAK}ici{NO_BREAK}»", "l’eau", f"16{NO_BREAK}%", "https://x"],
)
def test_the_typography_check_lets_good_french_pass(text: str) -> None:
    assert not any(pattern.search(text) for pattern, _ in WRONG_IN_FRENCH)


def test_english_uses_typographic_apostrophes_in_sentences(extracted: Catalog) -> None:
    wrong = [one for message in messages(extracted) for one in ids(message) if re.search(r"\w'\w", one)]
    assert wrong == []
