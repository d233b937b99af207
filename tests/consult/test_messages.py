"""Every code that a person can meet has a sentence, in both languages."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from consult.languages import LANGUAGES, interface_words
from consult.messages import problem_sentence

ROOT = Path(__file__).resolve().parent.parent.parent
FAMILIES = (
    "file|column|row|definition|survey|section|question|choice|code|setting|settings|translation|answers|engine|out"
    "|record"
)
CODE = re.compile(rf'"((?:{FAMILIES})\.[a-z_]+)"')
# not codes, but a file and places in a survey's definition
PLACES = {"survey.json"} | {
    f"settings.{name}" for name in ("minimum", "maximum", "points", "decimals", "total", "set_size", "sets", "pairs")
}
# faults of the program, which a person can do nothing about: the command shows them as they are
FAULTS = {"record.bad_reference", "record.naive_time"}
# of the record, what its database says to any command; what it refuses of a consultation is for pages to say
DATABASE = ROOT / "consult" / "record" / "database.py"

# what differs between two versions of a survey: nothing to do about, and said by a page of the builder
CHANGES = ROOT / "surveys" / "changes.py"
SAID = ROOT / "templates" / "build" / "_changes.html"

# where sentences are; those of the record’s refusals on pages have a test of their own
OTHERS = {"messages.py", "record_messages.py"}


def raised_codes() -> set[str]:
    sources = [*(ROOT / "surveys").rglob("*.py"), *(ROOT / "analysis").rglob("*.py"), *(ROOT / "consult").glob("*.py")]
    sources += [*(ROOT / "consult" / "exports").glob("*.py"), DATABASE]
    sources.remove(CHANGES)
    found = {code for path in sources if path.name not in OTHERS for code in CODE.findall(path.read_text("utf-8"))}
    return found - PLACES - FAULTS


def test_every_change_has_words() -> None:
    changes = set(re.findall(r'"([a-z]+\.[a-z_]+)"', CHANGES.read_text("utf-8")))
    assert len(changes) > 10
    said = SAID.read_text("utf-8")
    assert [code for code in sorted(changes) if f'"{code}": gettext(' not in said] == []


# Something for every placeholder; the reason is that of an unreadable file.
VALUES = defaultdict(lambda: "3", reason="damaged")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_that_says_what_to_do(language: str) -> None:
    codes = raised_codes()
    assert {
        "file.empty",
        "column.missing",
        "answers.too_few",
        "translation.missing",
        "out.denied",
        "record.busy",
    } <= codes
    words = interface_words(language)
    # a code without a sentence is shown as it is
    bare = [code for code in sorted(codes) if problem_sentence(code, "", VALUES, words) == code]
    assert bare == []


@pytest.mark.parametrize("reason", ["password", "damaged", "permission", "encoding"])
def test_an_unreadable_file_is_explained_by_its_reason(reason: str) -> None:
    assert "file.unreadable" not in problem_sentence(
        "file.unreadable", "a.csv", {"reason": reason}, interface_words("fr")
    )


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_a_fault_of_the_program_is_shown_as_it_is(code: str) -> None:
    assert f'"{code}"' in DATABASE.read_text("utf-8")
    assert problem_sentence(code, "", {}, interface_words("fr")) == code


def test_a_line_is_part_of_the_place() -> None:
    said = problem_sentence("row.too_long", "a.csv", {"line": 4, "columns": 2}, interface_words("fr"))
    assert said.startswith("a.csv, ligne 4\u00a0: ")
