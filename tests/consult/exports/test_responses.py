"""What is exported can be imported into an empty installation, and exported again: it is the same."""

import csv
import hashlib
import io
import json
import os
import random
import shutil
import tracemalloc
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session

from consult.exports.response_columns import file_words
from consult.exports.response_reader import ReadFile, read_responses
from consult.exports.responses import Layout, file_name, write_responses
from consult.record.consultation import (
    Anonymity,
    Consultation,
    NewConsultation,
    NewGroup,
    create_consultation,
    list_groups,
)
from consult.record.database import create_record_engine, random_key, unit_of_work
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.record.response_import import ImportedResponse, import_responses
from consult.record.survey import (
    Survey,
    create_survey,
    get_current_version,
    list_versions,
    publish_version,
    read_definition,
    save_working_definition,
)
from surveys.columns import RESPONSE_COLUMNS
from surveys.definition import Choice, Question, Section
from surveys.definition import Survey as Definition
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.question_type import SpecialValue
from surveys.question_types import QUESTION_TYPES

TODAY = date(2026, 11, 22)
KEYRING = Keyring("an installation's secret, for tests only")
NAUGHTY = (
    "=1+1", "'=1+1", "''", "'til demain", "-5", "-5 lits", "+1 819 555-0199", "@SUM(A1)", "＝1", "a,b;c\td|e",
    'il a dit "non"', '"', "deux\nlignes\n\ntrois", "\u00a0insécable", "é è œ Œ ’ « »", "e\u0301", "👩‍⚕️", "0012",
    "1e5", "TRUE", "NULL", "#REF!", "<b>gras</b>", "sep=;", "%(name)s {{ 7*7 }}", "../../etc/passwd", "oui", "1",
    "' OR 1=1 --", "\u202eturned", "a" * 9000, "response", "عربى", "中文", "\ufeffmark", "tab\tend", "\\N", "[a]",
)  # fmt: skip


def _both(text: str) -> Localised:
    return Localised(f"{text} (en)", f"{text} (fr)")


_AB = tuple(Choice(code, _both(f"=Choix {code}")) for code in ("a", "b", "c"))
_SPECIALS = tuple(str(special) for special in SpecialValue)
_OTHER = (("has_other", True),)
_ENDS = (("high", _both("High")), ("low", _both("Low")))
QUESTIONS = (
    Question("said", "long_text", _both("Said")),
    Question("name", "short_text", _both("Name")),
    Question("agree", "consent", _both("Agree")),
    Question("gender", "single_choice", _both("G"), offers=_SPECIALS, settings=_OTHER, choices=_AB),
    Question("roles", "several_choices", _both("R"), offers=_SPECIALS, settings=_OTHER, choices=_AB),
    Question("order", "ranking", _both("O"), choices=_AB),
    Question("access", "scale", _both("A"), offers=_SPECIALS, settings=_ENDS),
)


def _definition(*questions: Question) -> Definition:
    return Definition("main", _both("Survey"), sections=(Section("first", _both("First"), questions=questions),))


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "record.sqlite"
    engine = create_record_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def install(template, tmp_path):
    """Make an empty installation with two versions of a survey in which every type is asked."""
    engines = []

    def make(anonymity: Anonymity = Anonymity.ANONYMOUS):
        path = shutil.copy(template, tmp_path / f"{len(engines)}.sqlite")
        engines.append(create_record_engine(f"sqlite:///{path}"))
        groups = (NewGroup("patient", _both("Patients"), 5), NewGroup("caregiver", _both("-Aidants"), 5))
        new = NewConsultation(
            "plan", _both("Plan"), _both("M"), _both("P"), "a@example.org", groups=groups, anonymity=anonymity
        )
        with unit_of_work(engines[-1]) as session:
            survey = create_survey(session, create_consultation(session, new), _definition(*QUESTIONS[:4]))
            publish_version(session, survey, TODAY)
            save_working_definition(session, survey, _definition(*QUESTIONS[::-1]))
            publish_version(session, survey, TODAY)
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


def _draw(number: int) -> ImportedResponse:
    """Return a response with valid answers of every kind, some of them blank."""
    draw = random.Random(number)
    text = NAUGHTY[number % len(NAUGHTY)]
    raw = {
        "said": text,
        "name": text[:400],
        "agree": draw.choice([True, False]),
        "gender": draw.choice(["a", "b", {"special": "dont_know"}, {"choice": "other", "other": f"x{text}"[:150]}]),
        "roles": draw.choice([["a", "c"], {"choices": ["b"], "other": text[:150] or "x"}, {"special": _SPECIALS[0]}]),
        "order": draw.sample(["a", "b", "c"], draw.randint(1, 3)),
        "access": draw.choice([1, 5, {"special": "not_applicable"}]),
    }
    version = draw.choice([1, 2, 2])
    asked = [question.code for question in (QUESTIONS[:4] if version == 1 else QUESTIONS)]
    raw = {code: raw[code] for code in asked if draw.random() < 0.9}
    group = draw.choice(["patient", "caregiver", None])
    day = date(2026, 10, 1 + number % 28)
    return ImportedResponse(str(number), raw, draw.choice(["fr", "en"]), day, group, random_key(), version, "=a@b.org")


def _survey(session: Session) -> tuple:
    survey = session.get_one(Survey, 1)
    return survey, get_current_version(session, survey)


def _export(engine, layout: Layout = Layout()):  # noqa: B008 - it is frozen
    target = io.BytesIO()
    with unit_of_work(engine, read_only=True) as session:
        survey, _ = _survey(session)
        consultation = session.get_one(Consultation, 1)
        made = write_responses(session, consultation, survey, layout, "x.csv", TODAY, target)
    return made, target.getvalue()


def _read(engine, path: Path) -> ReadFile:
    with unit_of_work(engine, read_only=True) as session:
        survey, current = _survey(session)
        versions = {each.number: read_definition(each).survey for each in list_versions(session, survey)}
        consultation = session.get_one(Consultation, 1)
        words = file_words(list_groups(session, consultation), tuple(versions.values()))
    return read_responses(path, versions, current.number, words, TODAY)


def _import(engine, path: Path):
    read = _read(engine, path)
    assert read.refused == ()
    with unit_of_work(engine) as session:
        return import_responses(session, KEYRING, _survey(session)[1], read.rows)


def _fill(engine, number: int = 3 * len(NAUGHTY)) -> None:
    with unit_of_work(engine) as session:
        import_responses(session, KEYRING, _survey(session)[1], [_draw(each) for each in range(number)])


def test_every_type_is_tried_here():
    assert {question.type for question in QUESTIONS} == set(QUESTION_TYPES)


@pytest.mark.parametrize("labels", [None, "fr", "en"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_export_import_export_is_the_same_file(install, tmp_path, labels, delimiter):
    first, second = install(), install()
    _fill(first)
    layout = Layout(labels, delimiter)
    _, content = _export(first, layout)
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    report = _import(second, file)
    assert report.responses == 3 * len(NAUGHTY)
    assert _export(second, layout)[1] == content
    assert _export(second)[1] == _export(first)[1]  # whatever the labels, the same codes were stored


@pytest.mark.parametrize("labels", [None, "fr"])
def test_importing_an_export_changes_nothing_here_nor_a_second_time_elsewhere(install, tmp_path, labels):
    first, second = install(), install()
    _fill(first, 20)
    _, content = _export(first, Layout(labels))
    file = tmp_path / "export.csv"
    file.write_bytes(content)
    assert _import(first, file).repeated == 20
    assert [_import(second, file).responses for _ in range(2)] == [20, 0]
    file.write_bytes(_export(second)[1])
    assert _import(first, file).repeated == 20  # there and back again
    assert _export(first, Layout(labels))[1] == content


def test_a_workbook_made_of_an_export_brings_the_same(install, tmp_path):
    first, second = install(Anonymity.IDENTIFIED), install(Anonymity.IDENTIFIED)
    _fill(first)
    _, content = _export(first)
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        book.active.append(row)
    book.save(tmp_path / "export.xlsx")
    _import(second, tmp_path / "export.xlsx")
    assert _export(second)[1] == content


def test_the_file_is_plain_to_any_reader_of_csv_and_no_formula_stands_in_it(install):
    engine = install()
    _fill(engine)
    made, content = _export(engine, Layout("fr"))
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert content.startswith(b"\xef\xbb\xbfresponse,")
    assert content.endswith(b"\r\n")
    assert {len(line) for line in lines} == {len(made.columns)}
    assert lines[0][: len(RESPONSE_COLUMNS)] == list(RESPONSE_COLUMNS)
    assert lines[0][6:] == [  # the first version's, then what the second added
        "said", "name", "agree", "gender", "gender.other",
        "access", "order.a", "order.b", "order.c",
        "roles.a", "roles.b", "roles.c", "roles.other", "roles.prefer_not_to_answer", "roles.dont_know",
        "roles.not_applicable",
    ]  # fmt: skip
    cells = {cell for line in lines for cell in line}
    assert not {cell for cell in cells if cell.startswith(("=", "+", "@", "＝")) or (cell[:1] == "-" and cell != "-5")}
    assert {"'=1+1", "''=1+1", "-5", "'-5 lits", "'=Choix a (fr)", "'-Aidants (fr)", "''til demain"} <= cells


def test_the_manifest_says_what_the_file_is(install):
    engine = install()
    _fill(engine, 5)
    made, content = _export(engine, Layout("en", ";"))
    written = json.loads(made.to_json())
    assert written["sha256"] == hashlib.sha256(content).hexdigest()
    assert (written["rows"], written["versions"], written["cells"]) == (5, [1, 2], "labels:en")
    assert (written["consultation"], written["survey"], written["delimiter"]) == ("plan", "main", ";")
    assert (written["exported_on"], written["consult"][:2]) == ("2026-11-22", "0.")
    assert written["columns"] == next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_an_export_without_responses_is_a_heading(install):
    made, content = _export(install())
    assert (made.rows, content.count(b"\r\n")) == (0, 1)


def test_memory_does_not_grow_with_the_number_of_responses(install):
    def peak(engine) -> int:
        _export(engine)  # what is remembered once is not counted
        tracemalloc.start()
        with unit_of_work(engine, read_only=True) as session, Path(os.devnull).open("wb") as nothing:
            survey, _ = _survey(session)
            consultation = session.get_one(Consultation, 1)
            write_responses(session, consultation, survey, Layout(), "x.csv", TODAY, nothing)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    few, many = install(), install()
    _fill(few, 1_500)
    _fill(many, 6_000)
    assert peak(many) < 1.5 * peak(few)


def test_a_file_is_named_after_its_consultation_its_survey_where_there_are_several_and_its_day(install):
    with unit_of_work(install(), read_only=True) as session:
        survey, _ = _survey(session)
        consultation = session.get_one(Consultation, 1)
        assert file_name(consultation, survey, None, several=False, day=TODAY) == "plan-responses-codes-2026-11-22.csv"
        assert file_name(consultation, survey, "fr", several=True, day=TODAY) == "plan-main-responses-fr-2026-11-22.csv"


def _write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_any_file_with_the_columns_is_read_with_codes_or_labels(install, tmp_path):
    text = (
        "response;submitted_on;language;group;gender;roles.a;roles.b;agree;said;notes\n"
        "1;2026-10-02;Français;Patients (fr);=CHOIX A (EN);oui;0;Yes;'=1;x\n"
        "2;2026-10-03;en;;dont_know;;1;no;;\n"
    )
    read = _read(install(), _write(tmp_path, text, "cp1252"))
    first, second = read.rows
    assert (first.language, first.group, first.reference, first.place) == ("fr", "patient", "1", "2")
    assert first.raw["gender"] == "a"
    assert first.raw["roles"] == ["a"]
    assert (first.raw["agree"], first.raw["said"]) == ("1", "'=1")  # not one of our files: the apostrophe is theirs
    assert (second.group, second.version, second.raw["agree"]) == (None, 2, "0")
    assert read.unused == ("notes",)


def test_rows_that_cannot_be_read_are_refused_with_their_line(install, tmp_path):
    text = (
        'response,submitted_on,language,said\n,2026-10-02,fr,"a\nb"\np2,18/10/2026,fr,b\np3,2026-10-18,fr,c\n'
        "p4,2026-02-30,fr,d\n"
    )
    read = _read(install(), _write(tmp_path, text))
    assert [(each.place, each.problem.code) for each in read.refused] == [
        ("2", "import.no_reference"),
        ("4", "import.bad_date"),
        ("6", "import.bad_date"),
    ]
    assert [row.reference for row in read.rows] == ["p3"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("response,language,said\n1,fr,x\n", "column.missing"),
        ("submitted_on,language,said\n2026-10-02,fr,x\n", "column.missing"),
        ("response,submitted_on,language,weather\n1,2026-10-02,fr,x\n", "import.no_question"),
        ("response,submitted_on,language,said\n", "file.no_rows"),
        ("", "file.empty"),
        ("response,submitted_on,language,said,said\n1,2026-10-02,fr,x,y\n", "column.duplicate"),
    ],
)
def test_a_file_of_no_use_is_refused_whole(install, tmp_path, text, code):
    with pytest.raises(SurveyError) as caught:
        _read(install(), _write(tmp_path, text))
    assert [problem.code for problem in caught.value.problems] == [code]
