"""The report: made, read, published, taken back; its numbers those of the public, its words gone when withdrawn."""

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.quote import approve, list_queue
from consult.record.ranking import request_rankings
from consult.record.report import ReportSnapshot, list_snapshots
from consult.record.run import get_run
from consult.record.theme import QuoteSnapshot
from consult.report.contents import Contents
from consult.report.gather_people import FEWEST_CHANGES, keep_earlier
from consult.report.sentences import Voice, say_highlights, say_limits
from consult.report.snapshot import code_of, read_contents, to_plain
from consult.worker import Worker
from tests.consult.planted_run import NOW, plant_run


@pytest.fixture
def made(engine, sample_code, facilitator, app):
    """Return a snapshot's public id: themes of known sizes, a ranking, and approved quotes."""
    run_id = plant_run(engine, sample_code, (9, 6, 4, 3, 2, 2, 1, 1, 1, 1))
    with unit_of_work(engine) as session:
        run = get_run(session, run_id)
        for quote in list_queue(session, run).quotes:
            approve(session, run, quote.id, quote.text, facilitator.id, NOW)
        request_rankings(session, NOW)
    worker = Worker(engine)
    while worker.run_next():
        pass
    return run_id


@pytest.fixture
def press(facilitator_client, csrf_of, sample_code):
    def post(path, **values):
        page = facilitator_client.get(f"/en/committee/{sample_code}/report")
        return facilitator_client.post(
            f"/en/committee/{sample_code}/report/{path}", data={"csrf_token": csrf_of(page), **values}
        )

    return post


def _snapshots(engine, code):
    with unit_of_work(engine, read_only=True) as session:
        return list_snapshots(session, get_consultation(session, code))


def test_the_same_data_make_the_same_report_once(made, press, engine, sample_code):
    first, second = press("make"), press("make")
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    [kept] = _snapshots(engine, sample_code)
    contents = read_contents(kept.contents)
    assert to_plain(contents) == kept.contents  # nothing is lost on the way to JSON and back
    assert code_of(contents) == kept.public_id


def test_a_report_counts_by_the_public_s_threshold_and_no_fewer(made, press, engine, sample_code):
    press("make")
    contents: Contents = read_contents(_snapshots(engine, sample_code)[0].contents)
    [question] = [each for each in contents.questions if each.code == "hardest"]
    numbers = [cell for table in question.tables for row in table.rows for cell in row]
    numbers += [theme.people for theme in question.themes] + [
        line.people for way in contents.ways for tally in way.tallies for line in tally.lines
    ]
    shown = [number for number in numbers if number is not None]
    assert contents.least == 11
    assert shown
    assert None in numbers
    assert min(number for number in shown if number) >= contents.least
    assert question.left_out > 0  # as the planted themes that few people raised
    assert len({len(row) for table in question.tables for row in table.rows}) <= len(question.tables)


def test_it_is_published_read_by_everybody_and_taken_back(made, press, client, engine, sample_code):
    press("make")
    snapshot = _snapshots(engine, sample_code)[0].public_id
    address = f"/en/c/{sample_code}/report/{snapshot}"
    assert client.get(address).status_code == 404
    assert press(f"{snapshot}/publish").status_code == 303
    for language in ("en", "fr"):
        page = client.get(f"/{language}/c/{sample_code}/report/{snapshot}")
        assert page.status_code == 200
        assert snapshot in page.text
        tree = html.fromstring(page.text)
        links = tree.xpath("//nav[@class='report-contents']//a/@href")
        assert len(links) > 3
        assert [link[1:] for link in links] == tree.xpath("//div[@class='report']//h2/@id")
        figures = tree.xpath("//figure")
        assert figures
        assert all(len(each.xpath(".//svg")) == 2 for each in figures)  # one of both is not displayed
    for form, begins in {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"PK"}.items():
        answer = client.get(f"{address}/{form}")
        assert answer.status_code == 200
        assert answer.data.startswith(begins)
    assert client.get(f"{address}/exe").status_code == 404
    assert press(f"{snapshot}/take-back", reason=" ").status_code == 422
    assert client.get(address).status_code == 200  # nothing happened
    assert press(f"{snapshot}/take-back", reason="A group was named wrongly.").status_code == 303
    gone = client.get(address)
    assert gone.status_code == 410
    assert "A group was named wrongly." in gone.text
    assert client.get(f"{address}/pdf").status_code == 404


def test_words_that_are_withdrawn_leave_the_report_and_numbers_stay(made, press, client, engine, sample_code):
    press("make")
    kept = _snapshots(engine, sample_code)[0]
    press(f"{kept.public_id}/publish")
    address = f"/fr/c/{sample_code}/report/{kept.public_id}"
    keys = read_contents(kept.contents).quote_keys
    assert keys
    with unit_of_work(engine) as session:
        quote = session.get_one(QuoteSnapshot, keys[0])
        words = quote.text
    assert words not in str(kept.contents)
    before = html.fromstring(client.get(address).text)
    assert words in [each.text_content() for each in before.xpath("//blockquote")]
    with unit_of_work(engine) as session:
        session.execute(sa.update(QuoteSnapshot).where(QuoteSnapshot.id == keys[0]).values(text=None))
    after = html.fromstring(client.get(address).text)
    assert words not in [each.text_content() for each in after.xpath("//blockquote")]
    cells = "//div[@class='report']//td"
    assert [each.text_content() for each in after.xpath(cells)] == [each.text_content() for each in before.xpath(cells)]


def test_members_read_a_report_and_cannot_publish_it(
    made, press, app, make_account, sign_in, csrf_of, sample_code, engine
):
    press("make")
    snapshot = _snapshots(engine, sample_code)[0].public_id
    member = make_account("member@example.org", Role.COMMITTEE)
    browser = app.test_client()
    sign_in(browser, member.email)
    page = browser.get(f"/en/committee/{sample_code}/report/{snapshot}")
    assert page.status_code == 200
    assert "Publish this report" not in page.text
    refused = browser.post(f"/en/committee/{sample_code}/report/{snapshot}/publish", data={})
    assert refused.status_code in {400, 403}
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(ReportSnapshot.published_at)).all() == [None]


def test_sentences_have_no_priority_where_nobody_ranked(made, press, engine, sample_code):
    press("make")
    contents = read_contents(_snapshots(engine, sample_code)[0].contents)
    bare = read_contents({**to_plain(contents), "rankings": []})
    for language, word in {"en": "priority of those who took part", "fr": "priorité"}.items():
        voice = Voice.of(language)
        assert not any(word in each for each in say_highlights(bare, voice))
        assert any(word in each for each in say_limits(bare, voice))
        assert not any("%(" in each for each in (*say_highlights(contents, voice), *say_limits(contents, voice)))


def test_a_few_people_between_two_reports_change_no_number(made, press, engine, sample_code):
    press("make")
    ways = read_contents(_snapshots(engine, sample_code)[0].contents).ways
    plain = [to_plain(way) for way in ways]

    def fewer(count):
        changed = {**to_plain(read_contents(_snapshots(engine, sample_code)[0].contents)), "ways": _less(plain, count)}
        return read_contents(changed).ways

    assert keep_earlier(fewer(1), [ways]) == ways
    assert keep_earlier(fewer(FEWEST_CHANGES), [ways]) == fewer(FEWEST_CHANGES) != ways
    # far from the newest report, near an earlier one that somebody has read too
    assert keep_earlier(fewer(1), [fewer(2 * FEWEST_CHANGES), ways]) == fewer(2 * FEWEST_CHANGES)
    assert keep_earlier(fewer(1), ()) == fewer(1)


def _less(plain, count):
    first, *others = plain
    return [{**first, "people": first["people"] - count}, *others]
