"""Groups put together on a page: what each way hides, the choice, and the report that follows it."""

import re

import pytest
from lxml import html

from analysis.audience import Audience
from consult.disclosure import rule_of
from consult.record.account import Role
from consult.record.consultation import get_consultation, list_groups
from consult.record.database import unit_of_work
from consult.record.report import list_snapshots
from consult.report.merging_offers import read_offers
from consult.report.snapshot import read_contents
from consult.settings import Settings
from tests.consult.planted_run import plant_run
from tests.consult.report.test_report_attacker import _note_report
from tests.consult.test_attacker_views import LEAST, MANY, Reader, _few, _truth, _values

STAFF = ("clinician", "researcher", "manager", "decision_maker")
WHY = {"reason.fr": "Trop peu de personnes dans chacun.", "reason.en": "Too few people in each."}


@pytest.fixture
def press(facilitator_client, csrf_of, sample_code):
    """Send a form of the report's pages: ``press("groups", way="apart")``."""

    def post(path, **values):
        page = facilitator_client.get(f"/en/committee/{sample_code}/report/groups")
        [seen] = html.fromstring(page.text).xpath("//input[@name='seen']/@value")
        sent = {"csrf_token": csrf_of(page), "seen": seen, **values}
        return facilitator_client.post(f"/en/committee/{sample_code}/report/{path}", data=sent)

    return post


@pytest.fixture
def contents(engine, sample_code):
    def read():
        with unit_of_work(engine, read_only=True) as session:
            return read_contents(list_snapshots(session, get_consultation(session, sample_code))[0].contents)

    return read


def _staff(**more):
    return {"way": "own", **{f"set-{code}": "1" for code in STAFF}, **WHY, **more}


def _columns(contents):
    [question] = [each for each in contents.questions if each.code == "hardest"]
    return question, next(table for table in question.tables if table.column == "group")


def test_the_page_says_what_each_way_hides_in_both_languages(
    engine, sample_code, app, sign_in, make_account, facilitator_client
):
    plant_run(engine, sample_code, (5, 3, 2, 1))
    with unit_of_work(engine, read_only=True) as session:
        consultation, settings = get_consultation(session, sample_code), Settings("sqlite://", "x" * 40)
        rules = [rule_of(settings, each) for each in (Audience.PUBLIC, Audience.COMMITTEE)]
        offered = read_offers(session, consultation, *rules)
    assert [each.value for each in offered.offers[:3]] == ["automatic", "apart", "together:researcher,decision_maker"]
    shares = [round(each.hidden.share * 100) for each in offered.offers]
    assert max(shares) > min(shares)
    assert offered.all_now == offered.offers[0].hidden  # nobody chose: the rule
    assert offered.all_now.is_much
    member = app.test_client()
    sign_in(member, make_account("member@example.org", Role.COMMITTEE).email)
    for browser in (facilitator_client, member):
        for language in ("en", "fr"):
            page = browser.get(f"/{language}/committee/{sample_code}/report/groups")
            assert page.status_code == 200
            read = html.fromstring(page.text).xpath("//span[@class='share']/text()")
            assert [int(re.match(r"\d+", text)[0]) for text in read] == shares


def test_the_report_follows_the_choice_and_says_why(engine, sample_code, press, facilitator_client, contents):
    plant_run(engine, sample_code, (5, 3, 2, 1))
    assert press("make").status_code == 303
    by_rule, _table = _columns(contents())
    assert press("groups", **_staff(**{"name-1.fr": "Personnel", "name-1.en": "Staff"})).status_code == 303
    made = press("make").location
    question, table = _columns(contents())
    assert tuple(sorted(STAFF)) in question.behind
    assert question.behind != by_rule.behind
    assert "Staff" in [each.en for each in table.headings]
    for language, name in (("fr", "Personnel"), ("en", "Staff")):
        page = html.fromstring(facilitator_client.get(made.replace("/en/", f"/{language}/")).text)
        assert name in [each.text_content() for each in page.xpath("//th[@scope='col']")]
        text = " ".join(page.text_content().split())
        assert WHY[f"reason.{language}"] in text
        assert re.search(r"\d+\s?% (?:of the cells of this table|des cases de ce tableau)", text)
    assert press("groups", way="apart", **WHY).status_code == 303
    assert press("make").location != made
    assert all(len(block) == 1 for at, block in enumerate(_columns(contents())[0].behind) if at != question.others)


def test_what_is_wrong_is_said_at_its_field_and_kept_in_the_form(engine, sample_code, press, facilitator_client):
    plant_run(engine, sample_code, (5, 3, 2, 1))
    answer = press("groups", **{"way": "own", "set-manager": "1", "name-1.en": "Staff"})
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    said = {each.get("href")[1:]: each.text for each in page.xpath("//div[@role='alert']//a")}
    assert list(said) == ["way-own", "reason.en"]
    for name, sentence in said.items():
        assert page.xpath(f"//*[@id='{name}']")
        assert page.xpath(f"string(//*[@id='{name}-error'])") == sentence
    assert page.xpath("//select[@id='set-manager']/option[@selected]/@value") == ["1"]
    assert page.xpath("//input[@name='name-1.en']/@value") == ["Staff"]
    assert press("groups", way="").status_code == 422
    assert press("groups", way="together:manager,nobody", **WHY).status_code == 400
    assert press("groups", way="apart", seen="7", **WHY).status_code == 409
    empty = facilitator_client.get(f"/fr/committee/{sample_code}/report/groups")
    assert "Retirer ce choix" not in empty.text


def test_a_choice_is_taken_back_until_a_report_was_published_with_it(
    engine, sample_code, press, facilitator_client, contents
):
    plant_run(engine, sample_code, (5, 3, 2, 1))
    press("groups", way="apart", **WHY)
    assert press("groups/take-back", choice="1").status_code == 303
    press("groups", **_staff())
    first = press("make").location
    press("groups", way="apart", **WHY)
    other = press("make").location
    assert press(f"{other.rpartition('/')[2]}/publish").status_code == 303
    assert contents().together.within == ()
    # made before the other was published: the two would be compared
    press(f"{first.rpartition('/')[2]}/publish")
    page = facilitator_client.get(first)
    assert "puts groups together otherwise" in page.text
    assert "Publish this report" in page.text
    assert press("groups/take-back", choice="3").status_code == 409
    assert press("make").location == other  # nothing changed: the same report
    press("groups", **_staff())
    regarding = press("make").location.rpartition("/")[2]
    assert contents().together.within == (other.rpartition("/")[2],)
    press(f"{regarding}/publish")
    assert "Everybody can read this report" in facilitator_client.get(f"{first.rpartition('/')[0]}/{regarding}").text


def test_there_is_nothing_to_choose_before_there_are_tables(sample_code, facilitator_client):
    page = facilitator_client.get(f"/en/committee/{sample_code}/report/groups")
    assert page.status_code == 200
    assert "nothing to put together yet" in page.text
    assert 'name="way"' not in page.text


def test_a_member_who_reads_two_reports_with_two_mergings_and_the_page_finds_nobody(
    app, engine, sample_code, sign_in, make_account, press, contents
):
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    values, browser = _values(truth), app.test_client()
    sign_in(browser, make_account("member@example.org", Role.COMMITTEE).email)
    with unit_of_work(engine, read_only=True) as session:
        reader = Reader(browser, sample_code, list_groups(session, get_consultation(session, sample_code)))
    assert reader.read_themes("en").xpath("//section[@aria-labelledby='numbers']//table")
    read = 0
    for values_sent in ({"way": "automatic"}, _staff(), {"way": "together:caregiver,manager", **WHY}):
        press("groups", **values_sent)
        made = press("make").location.rpartition("/")[2]
        press(f"{made}/publish")
        read += _note_report(reader, contents(), values)
    assert read > 15
    table = reader.open("report/groups", "en").xpath("//table")[0]
    for row in table.xpath("./tbody/tr"):
        number = row.xpath("string(./td)")
        if number != "–":
            reader.note(("today", "all", ("group", reader.value[row.xpath("string(./th)")])), (int(number),) * 2)
    reader.know(truth, values)
    few = _few(truth, values)
    assert len(few) > 40
    assert reader.attacker.narrow(few, LEAST - 1) == {}
