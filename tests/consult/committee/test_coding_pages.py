"""Coding by hand in the browser: a round from the draw to what it says of the machine, and who may see what when."""

import csv
import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Membership, Role
from consult.record.audit import AuditEntry
from consult.record.coding import CodingRound, list_coders, list_items
from consult.record.consultation import Consultation, get_consultation
from consult.record.contribution import ContributionRevision
from consult.record.database import unit_of_work
from consult.record.theme_board import Theme, ThemeBoard, ThemeState
from tests.consult.planted_coding import NOW, code_all, draw, plant_board


@pytest.fixture
def board_id(engine, sample_code):
    return plant_board(engine, sample_code)


@pytest.fixture
def noah(make_account, engine, sample_code):
    """A member of the committee who may read contributions."""
    account = make_account("noah@example.org", Role.COMMITTEE, name="Noah Martin")
    with unit_of_work(engine) as session:
        member = session.get_one(Membership, (account.id, get_consultation(session, sample_code).id))
        member.reading_given_at = member.reading_accepted_at = NOW
    return account


@pytest.fixture
def browsers(app, sign_in, facilitator, noah):
    """Give one browser for the facilitator and one for the member of the committee."""
    found = []
    for account in (facilitator, noah):
        browser = app.test_client()
        assert sign_in(browser, account.email).status_code == 303
        found.append(browser)
    return found


@pytest.fixture
def address(sample_code):
    return lambda path="", language="en": f"/{language}/committee/{sample_code}/coding{path}"


@pytest.fixture
def post(csrf_of):
    def send(browser, address, page=None, **typed):
        return browser.post(address, data={"csrf_token": csrf_of(browser.get(page or address)), **typed})

    return send


@pytest.fixture
def drawn(engine, board_id, facilitator, noah):
    """Draw a round of both: ``drawn(finish=…)``, coded by as many of them."""

    def make(finish=0, say=lambda place, item: item.machine):
        with unit_of_work(engine) as session:
            coding = draw(session, session.get_one(ThemeBoard, board_id), [facilitator, noah])
            for place in range(1, finish + 1):
                code_all(session, coding, place, lambda item, place=place: say(place, item))
            return coding.id

    return make


def _words(response):
    return " ".join(html.fromstring(response.text).xpath("//main")[0].text_content().split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_facilitator_draws_a_round(browsers, board_id, address, post, noah, facilitator, engine, language):
    new = address("/new", language)
    refused = post(browsers[0], new, board=board_id, of="contributions", how_many="sample", size="5", first=noah.id)
    page = html.fromstring(refused.text)
    assert refused.status_code == 422
    summary, field = page.xpath("//div[@class='error-summary']//a"), page.xpath("//p[@id='size-error']")
    assert summary[0].get("href") == "#size"
    assert summary[0].text == field[0].text
    assert page.xpath("//select[@name='first']/option[@selected]/@value") == [str(noah.id)]
    asked = {"board": board_id, "of": "contributions", "how_many": "sample", "size": "100", "twice": "", "blind": "1"}
    made = post(browsers[0], new, first=facilitator.id, second=noah.id, seed="12", **asked)
    assert made.status_code == 303
    with unit_of_work(engine, read_only=True) as session:
        (coding,) = session.scalars(sa.select(CodingRound))
        assert (coding.seed, coding.is_blind, len(list_coders(session, coding))) == (12, True, 2)
    assert post(browsers[0], new, board=board_id, of="words").status_code == 400


def test_one_codes_goes_back_puts_off_and_goes_on_where_they_were(browsers, drawn, address, post, engine, noah):
    number, browser = drawn(), browsers[1]
    first = browser.get(address(f"/{number}/next")).headers["Location"]
    page = browser.get(first)
    with unit_of_work(engine, read_only=True) as session:
        item = list_items(session, session.get_one(CodingRound, number))[0].item
        text = session.get_one(ContributionRevision, (item.contribution_id, item.revision)).text
    assert item.id in first
    assert html.fromstring(page.text).xpath("string(//blockquote)") == text
    assert "machine" not in _words(page)
    nothing = post(browser, first, do="save")
    assert nothing.status_code == 422
    assert "Tick at least one theme" in nothing.text
    second = post(browser, first, do="save", theme=["t2", "t1"], note="Both.").headers["Location"]
    third = post(browser, second, do="skip").headers["Location"]
    assert len({first, second, third}) == 3
    back = html.fromstring(browser.get(third).text).xpath("//a[@data-key='b']/@href")[0]
    assert back == second
    again = html.fromstring(browser.get(first).text)
    assert again.xpath("//input[@name='theme'][@checked]/@value") == ["t1", "t2"]
    assert again.xpath("string(//textarea)").strip() == "Both."
    assert browser.get(address(f"/{number}/next")).headers["Location"] == third
    assert post(browser, third, do="none").status_code == 303
    assert "You have coded 2 of 100" in _words(browser.get(address(f"/{number}")))
    assert post(browser, address(f"/{number}/finish"), page=third).status_code == 303
    assert "Some contributions have no codes yet" in browser.get(address(f"/{number}")).text
    with unit_of_work(engine, read_only=True) as session:
        read = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "contributions.coded")).one()
        assert (read.account_id, read.object_type) == (noah.id, "consultations")


def test_a_round_that_is_not_blind_says_where_the_machine_placed_it(browsers, engine, board_id, address, facilitator):
    with unit_of_work(engine) as session:
        number = draw(session, session.get_one(ThemeBoard, board_id), [facilitator], is_blind=False).id
    page = browsers[0].get(browsers[0].get(address(f"/{number}/next")).headers["Location"])
    assert "The machine placed it in:" in _words(page)


def test_nobody_sees_the_others_codes_before_both_have_finished(browsers, drawn, address, engine):
    number = drawn(finish=1)
    with unit_of_work(engine, read_only=True) as session:
        key = list_items(session, session.get_one(CodingRound, number))[0].item.id
    for browser in browsers:
        page = browser.get(address(f"/{number}"))
        assert "Nobody sees the other’s codes" in _words(page)
        assert not html.fromstring(page.text).xpath("//table")
        assert browser.get(address(f"/{number}/differences/{key}")).headers["Location"] == address(f"/{number}")
    # who has finished changes nothing any more
    assert browsers[0].get(address(f"/{number}/code/{key}")).status_code == 303
    assert browsers[0].get(address("/files")).text.count("nothing to export") == 1


def test_two_settle_what_differs_and_the_machine_is_measured(browsers, drawn, address, post):
    taken = []

    def say(place, item):
        if item.machine == ["t1"] and len(taken) < 2 and place == 2:
            taken.append(item.id)
            return []
        return item.machine

    number = drawn(finish=2, say=say)
    page = browsers[1].get(address(f"/{number}"))
    assert "2 items have different codes" in _words(page)
    assert "They gave 98 of 100 exactly the same themes." in _words(page)
    assert "trusted" not in _words(page)
    first = browsers[1].get(address(f"/{number}/differences")).headers["Location"]
    shown = _words(browsers[1].get(first))
    assert "As Claire Aubé said Waiting" in shown
    assert "As Noah Martin said None of these" in shown
    assert post(browsers[1], first).status_code == 422
    second = post(browsers[1], first, side="1").headers["Location"]
    last = post(browsers[0], second, side="other", theme=["t1", "t3"], reason="Both.")
    assert last.headers["Location"] == address(f"/{number}")
    done = browsers[0].get(address(f"/{number}"))
    tables = html.fromstring(done.text).xpath("//table")
    assert len(tables) == 2
    cells = [cell.text_content() for cell in tables[1].xpath(".//tbody/tr[1]/td")]
    assert cells[1].startswith("100% (8")
    assert all(cell.xpath("./@scope") == ["row"] for cell in tables[1].xpath(".//tbody/tr/th"))


def test_the_page_says_when_the_themes_have_changed(browsers, drawn, address, engine):
    number = drawn()
    before = _words(browsers[0].get(address(f"/{number}")))
    with unit_of_work(engine) as session:
        session.execute(sa.update(Theme).where(Theme.code == "t3").values(state=ThemeState.REJECTED))
    after = _words(browsers[0].get(address(f"/{number}")))
    assert "have changed" not in before
    assert "no longer accepted, and so not measured: Home care." in after


def test_only_readers_come_in_and_only_coders_and_facilitators_to_a_round(
    app, sign_in, make_account, drawn, address, engine, browsers, sample_code
):
    number = drawn()
    make_account("ines@example.org", Role.COMMITTEE, name="Ines")
    stranger = app.test_client()
    sign_in(stranger, "ines@example.org")
    for path in ("", f"/{number}", f"/{number}/next", f"/{number}/differences"):
        assert stranger.get(address(path)).status_code == 403
    for path in ("/new", "/files"):
        assert browsers[1].get(address(path)).status_code == 403
    assert "Noah Martin" in browsers[1].get(address()).text
    # where answers still come in for real, a member of the committee waits
    with unit_of_work(engine) as session:
        session.execute(sa.update(Consultation).where(Consultation.code == sample_code).values(is_fictional=False))
    assert browsers[1].get(address()).status_code == 403
    assert browsers[0].get(address()).status_code == 200


def test_a_round_is_stopped(browsers, drawn, address, post):
    number = drawn()
    assert browsers[0].get(address(f"/{number}/stop")).status_code == 303
    assert post(browsers[0], address(f"/{number}/stop"), page=address(f"/{number}")).status_code == 303
    assert "Stopped" in _words(browsers[0].get(address(f"/{number}")))
    assert browsers[0].get(address(f"/{number}/next")).headers["Location"] == address(f"/{number}")


def test_files_are_taken_with_their_manifest_and_a_line_in_the_audit(browsers, drawn, address, post, engine):
    number = drawn(finish=2)
    asked = {"kind": "codings", "delimiter": "semicolon", "package": "zip"}
    answer = post(browsers[0], address("/files"), **asked)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = list(csv.DictReader(io.StringIO(archive.read(manifest["file"]).decode("utf-8-sig")), delimiter=";"))
    assert manifest["rows"] == len(rows)
    assert manifest["rounds"][0]["round"] == number
    assert {row["coder"] for row in rows} == {"Claire Aubé", "Noah Martin", ""}
    assert "text" not in rows[0]
    alone = post(browsers[0], address("/files"), kind="qdpx", delimiter="comma", package="file")
    assert zipfile.is_zipfile(io.BytesIO(alone.data))
    assert post(browsers[0], address("/files"), kind="pdf", delimiter="comma").status_code == 400
    with unit_of_work(engine, read_only=True) as session:
        noted = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "codings.exported")).all()
        assert len(noted) == 2
