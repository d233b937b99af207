"""What the committee reads: findings in words and protected counts, approved quotes, rankings; nothing else."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.contribution import ContributionRevision
from consult.record.database import unit_of_work
from consult.record.job import Job, JobState
from consult.record.quote import approve, list_queue
from consult.record.ranking import request_rankings
from consult.record.response import Response
from consult.record.run import get_run
from consult.record.shown_run import show_run
from consult.record.survey import find_asked, get_survey, publish_version, read_definition, save_working_definition
from consult.record.theme import CandidateTheme, QuoteSnapshot
from consult.worker import Worker
from tests.consult.planted_run import NOW, plant_run

_DROPPED = ("hardest", "orientations")
# Many small themes: cells under five everywhere.
MANY = (9, 6, 4, 3, 2, 2, 1, 1, 1, 1)


@pytest.fixture
def member(make_account):
    return make_account("paul@example.org", Role.COMMITTEE, name="Paul Roy")


@pytest.fixture
def browser(client, sign_in, member):
    assert sign_in(client, member.email).status_code == 303
    return client


@pytest.fixture
def read(browser, sample_code):
    """Read a page of the consultation: the page, and its text with single spaces."""

    def read_it(path="", language="en", status=200):
        response = browser.get(f"/{language}/committee/{sample_code}/{path}")
        assert response.status_code == status, path
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


@pytest.fixture
def rank(engine):
    """Have the rankings that are due made, as a worker does."""

    def make():
        with unit_of_work(engine) as session:
            request_rankings(session, NOW)
        worker = Worker(engine)
        while worker.run_next():
            pass

    return make


@pytest.fixture
def set_state(engine):
    def change(state=ConsultationState.CLOSED, is_fictional=False):
        with unit_of_work(engine) as session:
            session.execute(sa.update(Consultation).values(state=state, is_fictional=is_fictional))

    return change


def _numbers(page, xpath="//main//td"):
    texts = [cell.text_content().strip() for cell in page.xpath(xpath)]
    return [int(text.replace(",", "")) for text in texts if re.fullmatch(r"[\d,]+", text)]


def test_a_member_is_led_from_signing_in_to_the_consultations(browser, sample_code):
    response = browser.get("/en/account/")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/committee/")
    page = html.fromstring(browser.get("/en/committee/").text)
    assert page.xpath("//main//h2/a/@href") == [f"/en/committee/{sample_code}/"]


def test_a_member_of_nothing_is_told_so(client, sign_in, make_account):
    sign_in(client, make_account("anne@example.org", Role.COMMITTEE, joins=()).email)
    assert "not on the committee of any consultation" in client.get("/en/committee/").text


def test_the_overview_leads_to_what_is_ready(read, engine, sample_code):
    page, text = read()
    assert page.xpath("//main//h3/a/@href") == [f"/en/committee/{sample_code}/ranking/orientations"]
    assert text.count("Not ready yet") == 3
    plant_run(engine, sample_code)
    page, text = read()
    assert f"/en/committee/{sample_code}/themes/hardest" in page.xpath("//main//h3/a/@href")
    assert text.count("Not ready yet") == 2


def test_themes_are_ordered_as_most_often_raised_and_never_as_priorities(read, engine, sample_code):
    plant_run(engine, sample_code)
    page, text = read("themes/hardest")
    assert re.search(r"1 theme holds when the program leaves out one answer in five: “Wait 1” \(\d+ people\)\.", text)
    assert "Most often raised" in text
    assert "That is no order of priority" in text
    people = [
        int(value.text_content().split(" · ")[0]) for value in page.xpath("//ul[@class='bars']//*[@class='value']")
    ]
    assert people == sorted(people, reverse=True)
    assert len(people) == 3


def test_no_small_count_is_anywhere_on_the_page(read, engine, sample_code):
    run_id = plant_run(engine, sample_code, MANY)
    with unit_of_work(engine, read_only=True) as session:
        themes = session.scalars(sa.select(CandidateTheme).where(CandidateTheme.run_id == run_id)).all()
    small = [n for theme in themes for n in theme.counts["group"].values() if n < 5]
    assert len(small) > 10  # there is something to hide
    page, text = read("themes/hardest")
    numbers = _numbers(page)
    assert numbers
    assert min(numbers) >= 5
    assert page.xpath("//td/span[@aria-label='hidden']")
    assert "A dash (–) stands for a number that is hidden" in text
    aside = page.xpath("//section[@aria-labelledby='aside']//tbody/tr/td")[0]
    assert aside.text_content().strip() == "–"  # three were set aside


def test_a_theme_of_few_people_is_neither_named_nor_quoted_nor_listed(read, engine, sample_code):
    run_id = plant_run(engine, sample_code, (60, 60, 1))
    _approve_all(engine, run_id)
    with unit_of_work(engine, read_only=True) as session:
        counts = {t.number: t.counts["people"] for t in session.scalars(sa.select(CandidateTheme))}
        hidden = session.scalars(
            sa.select(QuoteSnapshot.text).join(CandidateTheme).where(CandidateTheme.number == 3)
        ).all()
    assert 0 < counts[3] < 5
    assert hidden
    page, text = read("themes/hardest")
    listed = len(page.xpath("//ul[@class='bars']/li"))
    everybody = str(sum(counts.values()))
    is_told = everybody in page.xpath("//section[@aria-labelledby='numbers']//tfoot//td/text()")
    assert listed == 2 or (listed == 1 and is_told)
    assert not (listed == 2 and everybody in text)  # with the others it would tell
    assert "Wait 3" not in text
    assert "term3" not in text
    assert not [words for words in hidden if words in text]
    assert re.search("not shown: under 5 people", text)
    assert "Wait 1" in text


def _approve_all(engine, run_id, only=None):
    with unit_of_work(engine) as session:
        run = get_run(session, run_id)
        for number, quote in enumerate(list_queue(session, run).quotes):
            if only is None or number in only:
                approve(session, run, quote.id, _form(quote.text), 1, NOW)


def _form(text):
    """Take the first word out."""
    return f"[…] {text.partition(' ')[2]}"


def test_only_approved_quotes_and_no_other_word_of_anybody_leave(read, engine, sample_code, member):
    run_id = plant_run(engine, sample_code)
    _approve_all(engine, run_id, only={0, 3})
    page, _ = read("themes/hardest")
    quotes = page.xpath("//blockquote")
    assert len(quotes) == 2
    assert all(quote.text_content().startswith("[…] ") for quote in quotes)
    assert all(quote.get("lang") in ("fr-CA", "en-CA") for quote in quotes)
    shown = {quote.text_content().removeprefix("[…] ") for quote in quotes}
    with unit_of_work(engine, read_only=True) as session:
        texts = set(session.scalars(sa.select(ContributionRevision.text)))
        contact = get_consultation(session, sample_code).contact
    everything = html.tostring(page, encoding="unicode")
    assert [text for text in texts if len(text) > 25 and text in everything] == []
    assert all(any(text.endswith(each) for text in texts) for each in shown)
    assert contact not in everything


def test_a_question_without_an_analysis_says_so_and_others_do_not_exist(read):
    _, text = read("themes/protect")
    assert "Not ready yet" in text
    read("themes/orientations", status=404)
    read("themes/nothing", status=404)
    read("ranking/protect", status=404)
    read("ranking/nothing", status=404)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("people ranked.", "not a margin of error")), ("fr", ("ont classé", "marge d’erreur"))],
)
def test_the_ranking_is_a_sentence_a_chart_and_a_table(read, rank, language, words):
    rank()
    page, text = read("ranking/orientations", language)
    assert all(each in text for each in words)
    section = page.get_element_by_id("order").getparent()
    assert len(section.xpath(".//svg[@class='interval']")) == 8
    rows = section.xpath(".//table/tbody/tr")
    assert len(rows) == 8
    assert [int(row.xpath("./td[1]/text()")[0].split()[0]) for row in rows] == sorted(
        int(row.xpath("./td[1]/text()")[0].split()[0]) for row in rows
    )
    cells = page.xpath("//section[@aria-labelledby='side']//table/thead//th")
    headings = [" ".join(each.text_content().split()) for each in cells]
    assert len(headings) == 10  # the choice, everybody, equal voice, seven groups
    assert not headings[2].endswith(")")  # with an equal voice nobody is counted
    sizes = [int(re.search(r"\((\d+)\)$", heading)[1]) for heading in (headings[1], *headings[3:])]
    assert sizes[0] == sum(sizes[1:]) == 226
    assert min(sizes) >= 10
    cells = page.xpath("//section[@aria-labelledby='side']//table/tbody//td")
    assert len(cells) == 8 * 9
    bold = [cell for cell in cells if "first" in cell.get("class").split()]
    last_places = {cell: [int(n) for n in re.findall(r"\d+", cell.text_content())] for cell in cells}
    assert 0 < len(bold) < len(cells)
    assert bold == [cell for cell in cells if max(last_places[cell]) <= 3]
    assert not page.xpath("//*[@style]")


def test_a_group_of_fewer_than_ten_has_no_ranking_and_no_count_is_small(read, rank, engine, sample_code):
    with unit_of_work(engine) as session:
        group = next(each for each in get_consultation(session, sample_code).groups if each.code == "decision_maker")
        mine = session.scalars(sa.select(Response).where(Response.group_id == group.id)).all()
        for response in mine[7:]:
            response.is_withdrawn = True
    rank()
    page, text = read("ranking/orientations")
    assert all("Decision-makers" not in part.text_content() for part in page.xpath("//table | //details | //dl"))
    assert "Decision-makers: no order is shown" in text  # but it is not passed over in silence
    assert "has fewer than 10 answers, too few to show" in text
    for part in ("//section[@aria-labelledby='order']", "//details"):
        counted = f"{part}//table[thead//th[last()][normalize-space()='Put first by']]"
        first = _numbers(page, f"{counted}/tbody/tr/td[last()]")
        assert first, part
        assert min(first) >= 5
    assert page.xpath("//details//td/span[@aria-label='hidden']")  # there was something to hide


def test_a_ranking_waits_until_the_consultation_is_closed(read, rank, set_state):
    for state in (ConsultationState.OPEN, ConsultationState.PAUSED):
        set_state(state)
        rank()
        page, text = read("ranking/orientations")
        assert "shown once the consultation is closed" in text
        assert not page.xpath("//table | //svg[@class='interval']")
    set_state(ConsultationState.CLOSED)
    assert "The ranking is being made" in read("ranking/orientations")[1]
    rank()
    page, text = read("ranking/orientations")
    assert page.xpath("//svg[@class='interval']")
    assert "would wait" not in text


def test_too_few_ballots_say_so(read, rank, engine, set_state):
    with unit_of_work(engine) as session:
        keys = session.scalars(sa.select(Response.id).offset(9)).all()
        session.execute(sa.update(Response).where(Response.id.in_(keys)).values(is_withdrawn=True))
    set_state()
    rank()
    page, text = read("ranking/orientations")
    assert "Too few people ranked for an order to be shown: it takes 10." in text
    assert not page.xpath("//table")


def test_a_ranking_that_was_shown_does_not_change_when_somebody_takes_their_answers_back(read, rank, engine, set_state):
    set_state()
    rank()
    before = read("ranking/orientations")[1]
    with unit_of_work(engine) as session:
        session.execute(sa.update(Response).values(is_withdrawn=True))
    rank()
    assert read("ranking/orientations")[1] == before
    assert "226 people ranked." in before


def test_a_ranking_that_failed_says_so_and_why(read, engine, set_state):
    set_state()
    with unit_of_work(engine) as session:
        request_rankings(session, NOW)
        session.execute(sa.update(Job).values(state=JobState.FAILED, error_code="record.full", finished_at=NOW))
    text = read("ranking/orientations")[1]
    assert "could not be made yet" in text
    assert "The disk of the server is full." in text


def test_themes_wait_until_the_consultation_is_closed(read, engine, sample_code, set_state):
    run_id = plant_run(engine, sample_code)
    _approve_all(engine, run_id)
    for state in (ConsultationState.OPEN, ConsultationState.PAUSED):
        set_state(state)
        for path in ("", "themes/hardest"):
            page, text = read(path)
            assert "can be read here once the consultation is closed" in text
            assert not page.xpath("//main//table | //main//blockquote | //main//h3/a")
            assert "Wait" not in text
    set_state(ConsultationState.CLOSED)
    assert "Not ready yet" in read("themes/hardest")[1]  # until a facilitator shows it
    with unit_of_work(engine) as session:
        show_run(session, get_consultation(session, sample_code), get_run(session, run_id), None, NOW)
    page, text = read("themes/hardest")
    assert "once the consultation is closed" not in text
    assert page.xpath("//blockquote")


def test_themes_are_numbered_by_their_place_on_the_page(read, engine, sample_code):
    """A hidden theme leaves no gap: its place between two others would say how large it is."""
    plant_run(engine, sample_code, (60, 1, 50, 1, 40))
    page, _ = read("themes/hardest")
    listed = len(page.xpath("//ul[@class='bars']/li"))
    assert 0 < listed < 5
    wanted = [f"theme-{place}" for place in range(1, listed + 1)]
    assert page.xpath("//article/@id") == wanted
    assert page.xpath("//ul[@class='bars']//a/@href") == [f"#{each}" for each in wanted]


def test_a_question_that_is_asked_no_more_stays(read, engine, sample_code):
    plant_run(engine, sample_code)
    with unit_of_work(engine) as session:
        consultation, version = find_asked(session, sample_code)
        asked = get_survey(session, consultation, "plan_2027_2030")
        survey = read_definition(version).survey
        sections = tuple(
            replace(section, questions=tuple(each for each in section.questions if each.code not in _DROPPED))
            for section in survey.sections
        )
        save_working_definition(session, asked, replace(survey, sections=sections))
        publish_version(session, asked, NOW.date())
    page, _ = read()
    assert "/themes/hardest" in " ".join(page.xpath("//main//h3/a/@href"))
    assert "/ranking/orientations" in " ".join(page.xpath("//main//h3/a/@href"))
    assert "Wait 1" in read("themes/hardest")[1]
