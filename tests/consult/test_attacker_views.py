"""An outsider reads every page that shows counts to the committee or to the public, and works out nothing hidden.

The pages are read as they are sent, in both languages; `analysis.attacker` puts all their numbers together. Each test
has a control in which the same reading of a careless page finds people.

`tests/consult/test_attacked_pages.py` names every page and file, and fails where a new one is not attacked.
"""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from lxml import html

from analysis.attacker import Attacker
from consult.record.account import Role
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme, move_contributions
from consult.record.board_begin import begin_board
from consult.record.board_counts import renew_counts
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.ranking import request_rankings
from consult.record.run import get_run
from consult.record.theme import CandidateTheme, Run
from consult.record.theme_board import Theme, ThemePlacing, find_board
from consult.worker import Worker
from tests.consult.planted_run import NOW, plant_run

LEAST = 5
MANY = (9, 6, 4, 3, 2, 2, 1, 1, 1, 1)


# Reading pages


def _number(text):
    """Return what a cell tells: the smallest and the largest it can be; None where it tells nothing."""
    text = re.sub(r"[\s\u00a0\u202f,]", "", text)
    if re.fullmatch(r"\d+", text):
        return int(text), int(text)
    found = re.fullmatch(r"(\D*)(\d+)(\D*)", text)
    if not found:
        return None
    return (0, int(found[2]) - 1) if found[1] else (int(found[2]), None)


def _theme(text):
    return int(re.search(r"(?:Wait|Attente) (\d+)", text)[1])


class Reader:
    """Somebody who has signed in, reads pages of themes, and knows how the numbers hang together."""

    def __init__(self, browser, code, groups):
        self.browser, self.code = browser, code
        self.value = {"French": "fr", "Français": "fr", "English": "en", "Anglais": "en"}
        for group in groups:
            self.value |= {group.name.en: group.code, group.name.fr: group.code}
        self.attacker = Attacker()
        self.seen = {}

    def open(self, path, language):
        response = self.browser.get(f"/{language}/committee/{self.code}/{path}")
        assert response.status_code == 200, path
        return html.fromstring(response.text)

    def note(self, name, told):
        if told is not None:
            low, high = told
            self.attacker.bound(name, low, *(() if high is None else (high,)))
            self.seen.setdefault(name, set()).add(told)

    def read_themes(self, language, day="today"):
        page = self.open("themes/hardest", language)
        for table in page.xpath("//section[@aria-labelledby='numbers']//table"):
            values = [self.value.get(each.text_content().strip(), "") for each in table.xpath("./thead//th")[1:-1]]
            column = "language" if set(values) <= {"fr", "en", ""} else "group"
            for row in table.xpath("./tbody/tr | ./tfoot/tr"):
                is_total = row.getparent().tag == "tfoot"
                theme = "all" if is_total else _theme(row.xpath("string(./th)"))
                for value, cell in zip([*values, "total"], row.xpath("./td"), strict=True):
                    key = "total" if value == "total" else (column, value)
                    self.note((day, theme, key), _number(cell.text_content()))
        for bar in page.xpath("//ul[@class='bars']/li"):
            people = bar.xpath("string(.//*[@class='value'])").split("·")[0]
            self.note((day, _theme(bar.text_content()), "total"), _number(people))
        return page

    def read_board(self, language, path="board/hardest/"):
        page = self.open(path, language)
        lines, found = page.xpath("//ul[contains(@class,'lines')]/li") or page.xpath("//main"), 0
        for line in lines:
            theme = _theme(line.xpath("string(.//h2 | .//h1)"))
            people = re.search(r"(\d+) (?:person|people|personne)", " ".join(line.text_content().split()))
            if people:
                self.note(("today", theme, "total"), (int(people[1]), int(people[1])))
            for value in line.xpath(".//dl[@class='spread']//span[@class='value']"):
                name = " ".join(value.text.split())
                if name in self.value:
                    column = "language" if self.value[name] in {"fr", "en"} else "group"
                    self.note(("today", theme, (column, self.value[name])), _number(value.xpath("string(./b)")))
                    found += 1
        return found

    def read_decisions(self, language):
        page, found = self.open("decisions", language), 0
        for line in page.xpath("//ul[contains(@class,'decision-rows')]/li"):
            text = " ".join(line.xpath("string(.//ul[@class='evidence'])").split())
            people = re.search(r"(\d+) (?:person|people|personne)", text)
            if people and re.search("Wait|Attente", line.text_content()):
                theme = _theme(line.xpath("string(.//h3)"))
                self.note(("today", theme, "total"), (int(people[1]), int(people[1])))
                for name, code in self.value.items():
                    count = re.search(rf"{re.escape(name)} \((\d+)\)", text)
                    if count and code not in {"fr", "en"}:
                        self.note(("today", theme, ("group", code)), (int(count[1]), int(count[1])))
                        found += 1
        return found

    def read_overview(self, language):
        page, found = self.open("", language), 0
        for facts in page.xpath("//p[@class='facts']"):
            text = " ".join(facts.text_content().split())
            people = re.match(r"(\d+) (?:person|people|personne)", text)
            if people:
                self.note(("today", "all", "total"), (int(people[1]), int(people[1])))
            for theme, count in re.findall(r"(?:Wait|Attente) (\d+)\W+\((\d+)", text):
                self.note(("today", int(theme), "total"), (int(count), int(count)))
                found += 1
        return found

    def know(self, themes, values, day="today"):
        """Take note of what everybody knows: people stand in one theme, one group and one language each."""
        rows = [*themes, "all"]
        for row in rows:
            for column in ("language", "group"):
                self.attacker.add_up((day, row, "total"), [(day, row, (column, value)) for value in values[column]])
        for key in ["total", *((column, value) for column in ("language", "group") for value in values[column])]:
            self.attacker.add_up((day, "all", key), [(day, theme, key) for theme in themes])


def _truth(engine, run_id):
    with unit_of_work(engine, read_only=True) as session:
        themes = session.scalars(sa.select(CandidateTheme).where(CandidateTheme.run_id == run_id)).all()
        return {each.number: each.counts for each in themes}


def _values(truth):
    return {column: sorted({v for each in truth.values() for v in each[column]}) for column in ("language", "group")}


def _few(truth, values, day="today"):
    """List the cells that count fewer than five people."""
    cells = [(theme, column, value) for theme in truth for column in values for value in values[column]]
    return [
        (day, theme, (column, value)) for theme, column, value in cells if truth[theme][column].get(value, 0) < LEAST
    ]


@pytest.fixture
def groups(engine, sample_code):
    with unit_of_work(engine, read_only=True) as session:
        return list(get_consultation(session, sample_code).groups)


@pytest.fixture
def make_reader(client, sign_in, make_account, sample_code, groups):
    assert sign_in(client, make_account("paul@example.org", Role.COMMITTEE).email).status_code == 303
    return lambda: Reader(client, sample_code, groups)


def test_a_member_who_reads_everything_on_themes_finds_nobody(make_reader, engine, sample_code):
    run_id = plant_run(engine, sample_code, MANY)
    with unit_of_work(engine) as session:
        board = begin_board(session, get_consultation(session, sample_code), get_run(session, run_id), By(1, NOW))
        for code in ("t1", "t2", "t3", "t4"):
            accept_theme(session, board, code, By(1, NOW), Seen(board.revision))
    truth = _truth(engine, run_id)
    values, reader = _values(truth), make_reader()
    for language in ("en", "fr"):
        assert reader.read_themes(language).xpath("//section[@aria-labelledby='numbers']//table")
        assert reader.read_board(language)
        assert reader.read_decisions(language)
        assert reader.read_overview(language)
    listed = reader.open("board/hardest/", "en").xpath("//ul[contains(@class,'lines')]/li//h2/a/@href")
    assert listed
    assert sum(reader.read_board("fr", address.partition(f"{sample_code}/")[2]) for address in listed)
    assert all(len(told) < 3 for told in reader.seen.values())  # nothing is said in three ways
    reader.know(truth, values)
    few = _few(truth, values)
    assert len(few) > 40
    assert len([name for name in reader.seen if reader.attacker.possible(name).values == 1]) > 20
    # four values: of what is said to be under five, one may be known not to be
    assert reader.attacker.narrow(few, LEAST - 1) == {}


def test_the_same_reader_finds_people_where_only_small_numbers_are_hidden(make_reader, engine, sample_code):
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    values, naive, open_to_all = _values(truth), make_reader(), make_reader()
    for reader, least in ((naive, LEAST), (open_to_all, 0)):
        reader.know(truth, values)
        for theme, counts in truth.items():
            reader.note(("today", theme, "total"), (counts["people"], counts["people"]))
            for column in values:
                for value in values[column]:
                    count = counts[column].get(value, 0)
                    if count >= least:
                        reader.note(("today", theme, (column, value)), (count, count))
    all_people = sum(counts["people"] for counts in truth.values())
    naive.note(("today", "all", "total"), (all_people, all_people))
    few = _few(truth, values)
    assert len(naive.attacker.narrow(few, LEAST - 1)) > 2
    assert len(open_to_all.attacker.narrow(few[:12], LEAST - 1)) == 12


def test_two_dates_tell_no_more_than_one(make_reader, engine, sample_code):
    """Another analysis of the same answers: whoever kept the first page puts both together."""
    first = plant_run(engine, sample_code, (3, 2, 1))
    _show(engine, first)
    before, after = make_reader(), make_reader()
    page = before.read_themes("en", "then")
    assert page.xpath("//section[@aria-labelledby='numbers']//table")
    second = plant_run(engine, sample_code, (3, 1, 2))
    _show(engine, second)
    page = after.read_themes("en", "now")
    assert not page.xpath("//section[@aria-labelledby='numbers']")
    assert "an earlier analysis showed it" in " ".join(page.text_content().split())
    assert {key for _, _, key in after.seen} == {"total"}
    assert all(low == high >= LEAST for told in after.seen.values() for low, high in told)


def _show(engine, run_id):
    with unit_of_work(engine) as session:
        session.get_one(Run, run_id).shown_at = datetime.now(UTC)


def test_first_choices_of_groups_cannot_be_worked_out(make_reader, engine, sample_code, groups):
    with unit_of_work(engine) as session:
        request_rankings(session, NOW)
    worker = Worker(engine)
    while worker.run_next():
        pass
    reader, attacker, read = make_reader(), Attacker(), 0
    page = reader.open("ranking/orientations", "en")
    names = {each.name.en for each in groups}
    sizes = {}
    for heading in page.xpath("//section[@aria-labelledby='side']//table/thead//th")[1:]:
        found = re.fullmatch(r"(.+) \((\d+)\)", " ".join(heading.text_content().split()))
        if found:
            sizes[found[1]] = int(found[2])
    views = {"Everybody": page.xpath("//section[@aria-labelledby='order']")[0]}
    views |= {each.xpath("string(./summary)").strip(): each for each in page.xpath("//main//details")}
    options = set()
    for view, part in views.items():
        for table in part.xpath(".//table[thead//th[last()][normalize-space()='Put first by']]"):
            for row in table.xpath("./tbody/tr"):
                option = " ".join(row.xpath("string(./th)").split())
                options.add(option)
                told = _number(row.xpath("string(./td[last()])"))
                if told:
                    read += 1
                    assert told[0] >= LEAST
                    attacker.read((view, option), told[0])
    counted = [view for view in views if view in names]
    assert read > 8
    for view in ["Everybody", *counted]:
        attacker.add_up((view, "all"), [(view, option) for option in options])
        attacker.read((view, "all"), sizes[view])
    for option in [*options, "all"]:
        attacker.add_up(("Everybody", option), [(view, option) for view in [*counted, "others"]])
    hidden = [(view, option) for view in counted for option in options if attacker.possible((view, option)).low < LEAST]
    assert hidden
    assert attacker.narrow(hidden, LEAST) == {}


def test_two_dates_of_a_board_tell_no_more_than_one(make_reader, engine, sample_code):
    run_id = plant_run(engine, sample_code, (3, 2, 1))
    with unit_of_work(engine) as session:
        run = get_run(session, run_id)
        board = begin_board(session, get_consultation(session, sample_code), run, By(1, NOW))
    assert make_reader().read_board("en")
    with unit_of_work(engine) as session:
        board = find_board(session, get_consultation(session, sample_code), "hardest")
        keys = session.scalars(
            sa.select(ThemePlacing.contribution_id)
            .join(Theme, Theme.id == ThemePlacing.theme_id)
            .where(ThemePlacing.board_id == board.id, Theme.code == "t2")
            .limit(LEAST + 1)
        ).all()
        move_contributions(session, board, "t2", keys, "t3", By(1, NOW), Seen(board.revision))
        assert make_reader().read_board("en")  # no act changes what is read
        assert renew_counts(session, board, By(1, NOW)).renewed == 2
    reader = make_reader()
    assert reader.read_board("en") == 0
    assert {key for _, _, key in reader.seen} == {"total"}
