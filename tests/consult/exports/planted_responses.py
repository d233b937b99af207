"""A survey with every type of question, responses to it of every kind, and the ways out and in."""

import io
import random
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from consult.exports.response_columns import file_words
from consult.exports.response_reader import ReadFile, read_responses
from consult.exports.responses import Layout, write_responses
from consult.record.consultation import (
    Consultation,
    list_groups,
)
from consult.record.database import random_key, unit_of_work
from consult.record.keys import Keyring
from consult.record.response_import import ImportedResponse, import_responses
from consult.record.survey import (
    Survey,
    get_current_version,
    list_versions,
    read_definition,
)
from surveys.definition import Choice, Question, Section
from surveys.definition import Survey as Definition
from surveys.localised import Localised
from surveys.question_type import SpecialValue

TODAY = date(2026, 11, 22)
KEYRING = Keyring("an installation's secret, for tests only")
NAUGHTY = (
    "=1+1", "'=1+1", "''", "'til demain", "-5", "-5 lits", "+1 819 555-0199", "@SUM(A1)", "＝1", "a,b;c\td|e",
    'il a dit "non"', '"', "deux\nlignes\n\ntrois", "\u00a0insécable", "é è œ Œ ’ « »", "e\u0301", "👩‍⚕️", "0012",
    "1e5", "TRUE", "NULL", "#REF!", "<b>gras</b>", "sep=;", "%(name)s {{ 7*7 }}", "../../etc/passwd", "oui", "1",
    "' OR 1=1 --", "\u202eturned", "a" * 9000, "response", "عربى", "中文", "\ufeffmark", "tab\tend", "\\N", "[a]",
)  # fmt: skip


def both(text: str) -> Localised:
    return Localised(f"{text} (en)", f"{text} (fr)")


_AB = tuple(Choice(code, both(f"=Choix {code}")) for code in ("a", "b", "c"))
SPECIALS = tuple(str(special) for special in SpecialValue)
_OTHER = (("has_other", True),)
_ENDS = (("high", both("High")), ("low", both("Low")))
QUESTIONS = (
    Question("said", "long_text", both("Said")),
    Question("name", "short_text", both("Name")),
    Question("agree", "consent", both("Agree")),
    Question("gender", "single_choice", both("G"), offers=SPECIALS, settings=_OTHER, choices=_AB),
    Question("roles", "several_choices", both("R"), offers=SPECIALS, settings=_OTHER, choices=_AB),
    Question("order", "ranking", both("O"), choices=_AB),
    Question("access", "scale", both("A"), offers=SPECIALS, settings=_ENDS),
    Question("age", "number", both("N"), offers=SPECIALS[1:2], settings=(("decimals", 2), ("unit", both("yrs")))),
    Question("day", "date", both("D"), offers=SPECIALS[1:2]),
    Question("been", "yes_no", both("Y"), offers=SPECIALS),
    Question("rows", "matrix", both("M"), offers=SPECIALS, choices=_AB, rows=_AB[:2]),
    Question("share", "points", both("P"), choices=_AB),
    Question("best", "best_worst", both("B"), choices=_AB),
    Question("pairs", "pairwise", both("P"), offers=SPECIALS[:1], choices=_AB),
    Question("read", "text_block", both("T")),
)


def definition(*questions: Question) -> Definition:
    return Definition("main", both("Survey"), sections=(Section("first", both("First"), questions=questions),))


def draw_response(number: int) -> ImportedResponse:
    """Return a response with valid answers of every kind, some of them blank."""
    draw = random.Random(number)
    text = NAUGHTY[number % len(NAUGHTY)]
    raw = {
        "said": text,
        "name": text[:400],
        "agree": draw.choice([True, False]),
        "gender": draw.choice(["a", "b", {"special": "dont_know"}, {"choice": "other", "other": f"x{text}"[:150]}]),
        "roles": draw.choice([["a", "c"], {"choices": ["b"], "other": text[:150] or "x"}, {"special": SPECIALS[0]}]),
        "order": draw.sample(["a", "b", "c"], draw.randint(1, 3)),
        "access": draw.choice([1, 5, {"special": "not_applicable"}]),
        "age": draw.choice(["0", "-12", "41.5", {"special": SPECIALS[1]}]),
        "day": draw.choice(["2026-01-31", "1969-12-31", {"special": SPECIALS[1]}]),
        "been": draw.choice(["yes", "no", {"special": "dont_know"}]),
        "rows": draw.choice([{"rows": {"a": "b", "b": "dont_know"}}, {"rows": {"b": "c"}}, {"special": "dont_know"}]),
        "share": {"points": draw.choice([{"a": 100}, {"a": 20, "b": 30, "c": 50}])},
        "best": {"sets": draw.choice([{"1": {"best": "a", "worst": "c"}}, {"1": {"worst": "b"}}])},
        "pairs": {"pairs": draw.choice([{"a-b": "a", "a-c": "no_preference"}, {"b-c": "c"}])},
    }
    version = draw.choice([1, 2, 2])
    asked = [question.code for question in (QUESTIONS[:4] if version == 1 else QUESTIONS)]
    raw = {code: raw[code] for code in asked if code in raw and draw.random() < 0.9}
    group = draw.choice(["patient", "caregiver", None])
    day = date(2026, 10, 1 + number % 28)
    return ImportedResponse(str(number), raw, draw.choice(["fr", "en"]), day, group, random_key(), version, "=a@b.org")


def find_survey(session: Session) -> tuple:
    survey = session.get_one(Survey, 1)
    return survey, get_current_version(session, survey)


def export(engine, layout: Layout = Layout()):  # noqa: B008 - it is frozen
    target = io.BytesIO()
    with unit_of_work(engine, read_only=True) as session:
        survey, _ = find_survey(session)
        consultation = session.get_one(Consultation, 1)
        made = write_responses(session, consultation, survey, layout, "x.csv", TODAY, target)
    return made, target.getvalue()


def read_file(engine, path: Path) -> ReadFile:
    with unit_of_work(engine, read_only=True) as session:
        survey, current = find_survey(session)
        versions = {each.number: read_definition(each).survey for each in list_versions(session, survey)}
        consultation = session.get_one(Consultation, 1)
        words = file_words(list_groups(session, consultation), tuple(versions.values()))
    return read_responses(path, versions, current.number, words, TODAY)


def import_file(engine, path: Path):
    read = read_file(engine, path)
    assert read.refused == ()
    with unit_of_work(engine) as session:
        return import_responses(session, KEYRING, find_survey(session)[1], read.rows)


def fill(engine, number: int = 3 * len(NAUGHTY)) -> None:
    with unit_of_work(engine) as session:
        import_responses(session, KEYRING, find_survey(session)[1], [draw_response(each) for each in range(number)])
