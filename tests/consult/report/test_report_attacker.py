"""Somebody reads the public's report and the committee's page of the same themes together, and works nothing out."""

import pytest

from consult.record.account import Role
from consult.record.consultation import get_consultation, list_groups
from consult.record.database import unit_of_work
from consult.report.gather import gather
from consult.settings import Settings
from tests.consult.planted_run import plant_run
from tests.consult.test_attacker_views import LEAST, MANY, Reader, _few, _truth, _values

PUBLIC = 11
GROUPS, OTHERS = "group", "Others"


@pytest.fixture
def reader(app, engine, sign_in, make_account, sample_code):
    browser = app.test_client()
    sign_in(browser, make_account("member@example.org", Role.COMMITTEE).email)
    with unit_of_work(engine, read_only=True) as session:
        groups = list_groups(session, get_consultation(session, sample_code))
        return Reader(browser, sample_code, groups)


def _note_report(reader, contents, values):
    """Take note of every number of the report's tables; return how many were shown."""
    [question] = [each for each in contents.questions if each.code == "hardest"]
    names = [int(theme.code.removeprefix("p")) for theme in question.themes] + ["all"]
    count = 0
    for table in question.tables:
        own = {reader.value.get(each.en) for each in table.headings[:-1]}
        for theme, row in zip(names, table.rows, strict=True):
            for heading, number in zip(table.headings, row, strict=True):
                key = "total" if heading is table.headings[-1] else (table.column, reader.value.get(heading.en, ""))
                if heading.en == OTHERS:
                    key = "others"
                    parts = [
                        ("today", theme, (table.column, value)) for value in values[table.column] if value not in own
                    ]
                    reader.attacker.add_up(("today", theme, key), parts)
                if number is not None:
                    count += 1
                    reader.note(("today", theme, key), (number, number))
    return count


def test_the_report_beside_the_committee_s_page_tells_of_nobody(reader, engine, sample_code):
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    values = _values(truth)
    for language in ("en", "fr"):
        assert reader.read_themes(language).xpath("//section[@aria-labelledby='numbers']//table")
    with unit_of_work(engine, read_only=True) as session:
        contents = gather(session, get_consultation(session, sample_code), Settings("sqlite://", "x" * 40))
    assert _note_report(reader, contents, values) > 5
    reader.know(truth, values)
    few = _few(truth, values)
    assert len(few) > 40
    assert reader.attacker.narrow(few, LEAST - 1) == {}


def test_the_same_reader_finds_people_beside_a_report_that_hides_nothing(reader, engine, sample_code):
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    values = _values(truth)
    for theme, counts in truth.items():
        reader.note(("today", theme, "total"), (counts["people"], counts["people"]))
        for column in values:
            for value in values[column]:
                reader.note(("today", theme, (column, value)), (counts[column].get(value, 0),) * 2)
    few = _few(truth, values)
    assert len(reader.attacker.narrow(few[:12], LEAST - 1)) == 12
