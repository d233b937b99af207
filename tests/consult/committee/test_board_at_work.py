"""What a board's pages say besides its themes: how far the machine is trusted, what undoing brings back."""

import re

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role, find_account
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme, merge_themes, nest_theme, reject_theme, rename_theme
from consult.record.board_begin import begin_board
from consult.record.board_reading import accept_reading, let_read
from consult.record.board_undo import find_last_act, list_acts_about, list_history, undo_act
from consult.record.coding_trust import read_trust
from consult.record.consultation import ConsultationState, get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.run import get_run
from consult.record.theme_board import ThemeBoard, find_theme, list_board_themes
from surveys.localised import Localised
from tests.consult.planted_coding import code_all, draw
from tests.consult.planted_run import NOW, plant_run

ON_TOP = Seen(10_000)
BY = By(None, NOW)
MOST_STATEMENTS = 21


@pytest.fixture
def board(engine, open_sample, sample_code):
    """A board with a large, a middle and a small theme, all accepted, of a consultation that is closed; its key."""
    open_sample()
    run_id = plant_run(engine, sample_code, (30, 20, 1))
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        consultation.state = ConsultationState.CLOSED
        made = begin_board(session, consultation, get_run(session, run_id), BY)
        for code in ("t1", "t2", "t3"):
            accept_theme(session, made, code, BY, ON_TOP)
        return made.id


@pytest.fixture
def member(app, make_account, sign_in):
    """The browser of a committee member who may not read contributions."""
    make_account("member@example.org", Role.COMMITTEE, name="Mona Roy")
    browser = app.test_client()
    sign_in(browser, "member@example.org")
    return browser


@pytest.fixture
def base(sample_code):
    return f"/en/committee/{sample_code}/board/hardest"


def _main(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text).xpath("//main")[0]


def _text(browser, address):
    return re.sub(r"\s+", " ", _main(browser, address).text_content())


def _trust(browser, address):
    return [re.sub(r"\s+", " ", each.text_content()).strip() for each in _main(browser, address).find_class("trust")]


def _measure(engine, board, *emails):
    with unit_of_work(engine) as session:
        mine = session.get_one(ThemeBoard, board)
        coding = draw(session, mine, [find_account(session, email) for email in emails])
        for place in (1, 2):
            code_all(session, coding, place, lambda item: item.machine if item.position % 5 else ["t3"])


def test_a_board_says_what_nobody_checked_and_where_to_begin(board, facilitator_client, member, base, sample_code):
    assert _trust(facilitator_client, f"{base}/") == []  # said once, above the themes
    link = _main(facilitator_client, f"{base}/").xpath("//a[.='Check a sample']/@href")
    assert link == [f"/en/committee/{sample_code}/coding"]
    assert facilitator_client.get(link[0]).status_code == 200
    (said,) = _trust(facilitator_client, f"{base}/theme/t1")
    assert said.startswith("Not checked by hand yet")
    assert "Nobody has checked by hand yet" in _text(member, f"{base}/")
    assert "Check a sample" not in _text(member, f"{base}/")


def test_a_board_says_what_was_measured_with_its_doubt(board, engine, facilitator_client, make_account, base):
    make_account("second@example.org", Role.FACILITATOR, name="Anne Roy")
    _measure(engine, board, "claire@example.org", "second@example.org")
    with unit_of_work(engine, read_only=True) as session:
        mine = session.get_one(ThemeBoard, board)
        found = read_trust(session, mine)
        assert read_trust(session, mine, list_board_themes(session, mine)) == found
        share = found["t1"].both / found["t1"].placed
    (said,) = _trust(facilitator_client, f"{base}/theme/t1")
    assert re.match(
        rf"Checked by hand on 100 texts: {share:.0%} of what the machine placed here belongs here \(\d", said
    )
    assert "it found 100% of what belongs here (" in said
    listed = _trust(facilitator_client, f"{base}/?sort=name")
    assert listed[0] == said
    assert listed[2].startswith("Checked by hand, on too few texts")


def test_shares_of_a_theme_whose_size_is_hidden_are_hidden(
    board, engine, facilitator_client, member, make_account, base
):
    make_account("second@example.org", Role.FACILITATOR, name="Anne Roy")
    _measure(engine, board, "claire@example.org", "second@example.org")
    assert "Checked by hand on 100 texts" in _trust(member, f"{base}/theme/t1")[0]  # the control: its size is shown
    # the small theme's size is hidden, and so is that of the middle one, which would tell it
    assert _trust(member, f"{base}/theme/t2") == ["Checked by hand: reports may say that people speak of it."]
    assert "Checked by hand on 100 texts" in _trust(facilitator_client, f"{base}/theme/t2")[0]


def test_every_act_says_what_undoing_it_brings_back(board, engine, facilitator_client, member, base):
    with unit_of_work(engine) as session:
        mine = session.get_one(ThemeBoard, board)
        rename_theme(session, mine, "t1", Localised("A long wait", "Une longue attente"), BY, ON_TOP)
        nest_theme(session, mine, "t2", "t1", BY, ON_TOP)
        undo_act(session, mine, mine.revision, BY)
        reject_theme(session, mine, "t2", BY, ON_TOP)
        merge_themes(session, mine, ["t2"], "t1", BY, ON_TOP)
    said = _text(facilitator_client, f"{base}/history")
    for sentence in (
        "Undoing it brings back, apart from “A long wait”: “Wait 2”.",
        "Undoing it makes “Wait 2” accepted again.",
        "Undoing it brings back what act 5 had done.",
        "Undoing it calls it “Wait 1” again.",
        "Undoing it leaves “Wait 3” to decide again.",
    ):
        assert sentence in said
    assert "Undoing it brings back, apart from" in _text(facilitator_client, f"{base}/")
    # the machine's name may be made of the words of a few: who may not read them is not told it again
    hidden = _text(member, f"{base}/history")
    assert "Undoing it brings back its earlier name and description." in hidden
    assert "Wait 1" not in hidden


def test_the_last_act_and_those_about_a_theme_are_those_of_the_history(board, engine):
    with unit_of_work(engine) as session:
        mine = session.get_one(ThemeBoard, board)
        for _ in range(3):
            history, total = list_history(session, mine, page=1, size=50)
            assert find_last_act(session, mine) == history[0]
            key = find_theme(session, mine, "t1")
            about = [past for past in history if "t1" in {code for code, _ in past.themes}]
            assert list_acts_about(session, mine, key) == about
            undo_act(session, mine, total, BY)


def test_a_page_looks_at_the_tables_a_few_times_only(
    board, engine, facilitator_client, member, make_account, base, sample_code
):
    make_account("second@example.org", Role.FACILITATOR, name="Anne Roy")
    _measure(engine, board, "claire@example.org", "second@example.org")
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        reader = find_account(session, "member@example.org").id
        let_read(session, consultation, reader, BY)
        accept_reading(session, consultation, reader, NOW)
    asked = []

    def count(_connection, _cursor, statement, *_others):
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        for browser in (facilitator_client, member):
            for path in ("/", "/theme/t1", "/theme/t1/words", "/theme/none/words", "/history"):
                browser.get(f"{base}{path}")
                asked.clear()
                assert browser.get(f"{base}{path}").status_code == 200
                assert 0 < len(asked) <= MOST_STATEMENTS, (path, len(asked))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
