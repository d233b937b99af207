"""The files for researchers: every coded segment gives back its text, every identifier resolves, nothing is early."""

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa

from consult.exports.codings import CodingLayout, make_coding_files
from consult.exports.codings_csv import COLUMNS
from consult.exports.csv_text import restore
from consult.exports.qdpx import NAMESPACE
from consult.record.account import Role
from consult.record.coding import CodingOf, list_items, list_rounds
from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, current_text
from consult.record.database import unit_of_work
from consult.record.theme_board import Theme, ThemeBoard
from consult.record.withdrawal import erase_texts
from surveys.localised import Localised
from tests.consult.planted_coding import code_all, draw, import_texts, plant_board

DAY = date(2026, 11, 22)
Q = f"{{{NAMESPACE}}}"
# The order of elements and the attributes that the schema of 18 March 2019 asks for, as far as we write them.
ORDER = {
    "Project": ["Users", "CodeBook", "Variables", "Sources"],
    "CodeBook": ["Codes"],
    "Code": ["Description", "Code"],
    "TextSource": ["PlainTextSelection", "VariableValue"],
    "PlainTextSelection": ["Coding"],
    "Coding": ["CodeRef"],
    "VariableValue": ["VariableRef", "TextValue"],
}
NEEDED = {
    "Project": {"name"},
    "User": {"guid"},
    "Code": {"guid", "name", "isCodable"},
    "Variable": {"guid", "name", "typeOfVariable"},
    "TextSource": {"guid", "plainTextPath"},
    "PlainTextSelection": {"guid", "startPosition", "endPosition"},
    "Coding": {"guid", "creatingUser"},
    "CodeRef": {"targetGUID"},
    "VariableRef": {"targetGUID"},
}


@pytest.fixture
def board_id(engine, sample_code):
    """A board of parts, some of texts with signs beyond the first plane and other line breaks; themes of two levels."""
    import_texts(engine, sample_code, 12, "told")
    board_id = plant_board(engine, sample_code, of_parts=True, question="told")
    with unit_of_work(engine) as session:
        themes = {each.code: each for each in session.scalars(sa.select(Theme))}
        themes["t3"].parent_id = themes["t1"].id
        themes["t2"].labels = Localised("Transport, \x0b“parking” <& more>", "Transport, « stationnement » et plus")
    return board_id


@pytest.fixture
def coded(engine, board_id, make_account, facilitator):
    """Two code every part, and differ in one theme."""
    second = make_account("noah@example.org", Role.FACILITATOR, name="Noah <& Martin>")
    with unit_of_work(engine) as session:
        board = session.get_one(ThemeBoard, board_id)
        coding = draw(session, board, [facilitator, second], of=CodingOf.PARTS, size=None)
        code_all(session, coding, 1, lambda item: ["t1", "t3"] if item.machine == ["t1"] else _say(item))
        code_all(session, coding, 2, _say)


def _say(item):
    """Say of a second part what the machine said of none: each stands behind line breaks and wide signs."""
    return ["t2"] if item.unit else item.machine


@pytest.fixture
def make(engine, sample_code):
    def files(kind="qdpx", **layout):
        with unit_of_work(engine, read_only=True) as session:
            return make_coding_files(session, get_consultation(session, sample_code), CodingLayout(kind, **layout), DAY)

    return files


@pytest.fixture
def parts(engine, board_id):
    """Return the coded parts as they are stored, by item: text, the machine's themes, whether people gave it any."""

    def read():
        with unit_of_work(engine, read_only=True) as session:
            (coding,) = list_rounds(session, session.get_one(ThemeBoard, board_id))
            found = {}
            for each in list_items(session, coding):
                text = current_text(session, session.get_one(Contribution, each.item.contribution_id))
                found[each.item.id] = (
                    text[each.item.starts_at : each.item.ends_at],
                    each.item.machine,
                    bool(_say(each.item)),
                )
            return found

    return read


def _open(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return archive, ET.fromstring(archive.read("project.qde"))  # our own


def test_every_coded_segment_gives_back_its_text(coded, make, parts):
    archive, root = _open(make().content)
    stored = sorted(_plain(text) for text, _machine, has_codes in parts().values() if has_codes)
    given, coders = {}, Counter()
    for source in root.iter(f"{Q}TextSource"):
        guid = source.get("guid")
        assert source.get("plainTextPath") == f"internal://{guid}.txt"
        raw = archive.read(f"Sources/{guid}.txt")
        text = raw.decode("utf-8")
        assert "\r" not in text
        assert not raw.startswith(b"\xef\xbb\xbf")
        for selection in source.iter(f"{Q}PlainTextSelection"):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            given[guid, start] = text[start:end]
            coders[selection.get("creatingUser")] += 1
            assert {coding.get("creatingUser") for coding in selection} == {selection.get("creatingUser")}
    assert sorted(given.values()) == stored
    assert len(given) == 21
    assert len(coders) == 4
    assert any("👵" in text for text in given.values())
    assert any("\n" in text for text in given.values())


def _plain(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_the_project_is_as_the_schema_asks(coded, make):
    archive, root = _open(make().content)
    assert archive.testzip() is None
    for element in root.iter():
        name = element.tag.removeprefix(Q)
        assert element.tag.startswith(Q)
        assert set(element.attrib) >= NEEDED.get(name, set()), name
        if name in ORDER:
            places = [ORDER[name].index(child.tag.removeprefix(Q)) for child in element]
            assert places == sorted(places), name
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    assert all(str(UUID(guid)) == guid for guid in guids)


def test_every_reference_resolves_and_themes_keep_their_two_levels(coded, make):
    _archive, root = _open(make(language="en").content)
    users = {user.get("guid"): user.get("name") for user in root.iter(f"{Q}User")}
    codes = {code.get("guid"): code.get("name") for code in root.iter(f"{Q}Code")}
    variables = {each.get("guid") for each in root.iter(f"{Q}Variable")}
    assert set(users.values()) == {"Claire Aubé", "Noah <& Martin>", "Settled", "Machine"}
    assert set(codes.values()) == {"Waiting", "Transport, “parking” <& more>", "Home care"}
    top = root.findall(f"{Q}CodeBook/{Q}Codes/{Q}Code")
    assert [code.get("name") for code in top] == ["Waiting", "Transport, “parking” <& more>"]
    assert [code.get("name") for code in top[0].findall(f"{Q}Code")] == ["Home care"]
    assert {each.get("creatingUser") for each in root.iter(f"{Q}Coding")} == set(users)
    assert {each.get("targetGUID") for each in root.iter(f"{Q}CodeRef")} == set(codes)
    assert {each.get("targetGUID") for each in root.iter(f"{Q}VariableRef")} <= variables


def test_a_second_export_has_the_same_identifiers(coded, make):
    assert make().content == make().content
    first, other = (_open(make(language=each).content)[1] for each in ("en", "fr"))
    assert [each.get("guid") for each in first.iter()] == [each.get("guid") for each in other.iter()]
    assert [each.get("name") for each in first.iter()] != [each.get("name") for each in other.iter()]


def test_the_csv_has_a_row_for_each_part_coder_and_theme(coded, make, parts):
    files = make("codings", has_text=True)
    rows = list(csv.DictReader(io.StringIO(files.content.decode("utf-8-sig"), newline="")))
    manifest = json.loads(files.others["manifest.json"])
    assert len(rows) == files.rows == manifest["rows"]
    assert manifest["columns"] == [*COLUMNS, "text"] == list(rows[0])
    there = parts()
    for row in rows:
        text = restore(row["text"])
        assert text == there[row["part"]][0]
        assert int(row["ends_at"]) - int(row["starts_at"]) == len(text)
    for role, more in (("first", 1), ("second", 0), ("machine", 0)):
        said = [row for row in rows if row["role"] == role]
        assert len({row["part"] for row in said}) == len(there)
        assert len(said) == len(there) + more * sum(machine == ["t1"] for _text, machine, _codes in there.values())
    # what differs is not settled yet, and so not there
    settled = {row["part"] for row in rows if row["role"] == "settled"}
    assert settled == {key for key, (_text, machine, _codes) in there.items() if machine != ["t1"]}
    assert "text" not in make("codings").content.decode("utf-8-sig").splitlines()[0].split(",")
    assert files.others["themes.csv"].decode("utf-8-sig").count("\r\n") == 4


def test_what_was_withdrawn_is_in_neither_file(coded, make, parts, engine):
    text = next(text for text, _machine, has_codes in parts().values() if has_codes)
    assert _plain(text) in _all_texts(make().content)
    with unit_of_work(engine) as session:
        erase_texts(session, Contribution.is_withdrawn.is_(False))
    assert make() is None
    assert parts() == {}


def _all_texts(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt"))


def test_a_round_that_is_not_finished_is_in_no_file(engine, board_id, make, facilitator, make_account):
    second = make_account("noah@example.org", Role.FACILITATOR, name="Noah")
    with unit_of_work(engine) as session:
        coding = draw(session, session.get_one(ThemeBoard, board_id), [facilitator, second], size=None)
        code_all(session, coding, 1, lambda item: item.machine)
    assert make() is None
    assert make("codings") is None
