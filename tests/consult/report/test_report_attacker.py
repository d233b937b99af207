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
GROUPS = "group"
_WORDS = {"few": (0, PUBLIC - 1), "some": (PUBLIC, None)}


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
        by_group = table.column == GROUPS
        blocks = question.behind if by_group else [(reader.value[each.en],) for each in table.headings[:-1]]
        assert len(blocks) == len(table.headings) - 1
        for theme, row, words in zip(names, table.rows, table.bands, strict=True):
            for block, number, word in zip([*blocks, None], row, words, strict=True):
                key = "total" if block is None else (table.column, block[0])
                if block is not None and len(block) > 1:
                    key = ("together", block)
                    reader.attacker.add_up(("today", theme, key), [("today", theme, (GROUPS, one)) for one in block])
                if number is not None:
                    count += 1
                    reader.note(("today", theme, key), (number, number))
                elif word in _WORDS:
                    reader.note(("today", theme, key), _WORDS[word])
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
