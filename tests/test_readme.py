"""The README says the same in both languages: same plan, same commands, same settings, and good French."""

import re
from importlib import util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_SPEC = util.spec_from_file_location("typography", ROOT / "tests" / "test_translations.py")
assert _SPEC is not None
assert _SPEC.loader is not None
typography = util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(typography)

ENGLISH, FRENCH = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.fr.md"))
FENCED = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
NAME = re.compile(r"`(?:consult [^`]+|--[^`]+|CONSULT_\w+)`")
BOXES = "┌┐└┘│▼►◄"
COMMENT = re.compile(r"\s+# .*$", re.MULTILINE)


def levels(text: str) -> list[int]:
    return [len(marks) for marks in HEADING.findall(FENCED.sub("", text))]


def skeleton(block: str) -> list[str]:
    """Return what no translation may change: a command without its comment, a folder, the lines of a picture."""
    lines = COMMENT.sub("", block).splitlines()
    if any(sign in block for sign in BOXES):
        return ["".join(sign for sign in line if sign in BOXES) for line in lines]
    if all(re.match(r"\w+/\s{2,}", line) for line in lines):
        return [line.split()[0] for line in lines]
    return lines


def skeletons(text: str) -> list[list[str]]:
    return [skeleton(block) for block in FENCED.findall(text)]


def tables(text: str) -> list[list[list[str]]]:
    """Return the commands, options and settings named in each row of each table, sorted: words may change places."""
    found: list[list[list[str]]] = []
    previous = ""
    for line in FENCED.sub("", text).splitlines():
        if line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            found[-1].append(sorted(NAME.findall(line)))
        previous = line
    return found


def prose(text: str) -> str:
    """Return what is read as sentences: code becomes a word; comments, and what folders and pictures say, are kept."""
    said = [CODE.sub("x", FENCED.sub("", text))]
    for block in FENCED.findall(text):
        is_commands = skeleton(block) == COMMENT.sub("", block).splitlines()
        said += COMMENT.findall(block) if is_commands else [block]
    return "\n".join(said)


def faults(text: str) -> list[tuple[str, str]]:
    return [
        (line, rule)
        for line in prose(text).splitlines()
        for pattern, rule in typography.WRONG_IN_FRENCH
        if pattern.search(line)
    ]


def test_both_have_the_same_headings() -> None:
    assert len(levels(ENGLISH)) > 5
    assert levels(FRENCH) == levels(ENGLISH)


def test_both_have_the_same_blocks_but_for_comments() -> None:
    assert len(skeletons(ENGLISH)) > 3
    assert skeletons(FRENCH) == skeletons(ENGLISH)


def test_both_have_the_same_tables_of_commands_and_settings() -> None:
    assert sum(len(names) for table in tables(ENGLISH) for names in table) > 20
    assert tables(FRENCH) == tables(ENGLISH)


def test_each_leads_to_the_other_under_its_title() -> None:
    assert ENGLISH.splitlines()[2] == "[En français](README.fr.md)"
    assert FRENCH.splitlines()[2] == "[In English](README.md)"


def test_the_french_is_set_as_in_canada() -> None:
    assert faults(FRENCH) == []


@pytest.mark.parametrize(
    "fault", ["Deux mots : ici", "Quoi ?", "« ici »", "l'eau", "```\nmake demo  # l'eau\n```", "```\na/  l'eau\n```"]
)
def test_the_typography_check_sees_faults_in_sentences_and_comments(fault: str) -> None:
    assert faults(f"Une phrase.\n\n{fault}\n")


@pytest.mark.parametrize("code", ["`l'eau`", '```\necho "l\'eau"\n```'])
def test_the_typography_check_leaves_code_alone(code: str) -> None:
    assert faults(f"Une phrase.\n\n{code}\n") == []


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        ("make demo     #", "make show     #"),
        ("benchmarks/  ", "benchmark/  "),
        ("◄───────X", "────────X"),
        ("`CONSULT_PROXIES` |", "`CONSULT_PROXY` |"),
        ("`consult db upgrade` |", "`consult db migrate` |"),
        ("\n### ", "\n## "),
    ],
)
def test_a_change_in_one_language_only_is_seen(found: str, changed: str) -> None:
    other = FRENCH.replace(found, changed, 1)
    assert other != FRENCH
    assert (levels(other), skeletons(other), tables(other)) != (levels(ENGLISH), skeletons(ENGLISH), tables(ENGLISH))
