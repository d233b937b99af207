"""The boards in a browser: what facilitators and members see, what each may do, and what nobody learns by it."""

import re

import pytest
from lxml import html

from consult.record.account import Role
from consult.record.audit import list_entries
from consult.record.board_reading import accept_reading, let_read, list_readers
from consult.record.board_words import read_board_page
from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.theme import QuoteSnapshot
from consult.record.theme_board import ThemeState, count_theme_people, find_board, find_theme, list_board_themes
from tests.consult.planted_run import NOW, plant_run

QUESTION = "hardest"


@pytest.fixture
def run_id(engine, sample_code, open_sample):
    """A run of three themes: large, middle, and one of a few people."""
    open_sample()
    return plant_run(engine, sample_code, (30, 20, 1))


@pytest.fixture
def base(sample_code):
    return f"/en/committee/{sample_code}/board/{QUESTION}"


@pytest.fixture
def begun(run_id, facilitator_client, sample_code, csrf_of, base):
    """The facilitator's browser, after the board was begun from the run."""
    page = facilitator_client.get(f"/en/committee/{sample_code}/boards")
    sent = {"csrf_token": csrf_of(page), "run": run_id}
    assert facilitator_client.post(f"{base}/begin", data=sent).status_code == 303
    return facilitator_client


@pytest.fixture
def member(app, make_account, sign_in):
    """A browser of a committee member who may not read contributions."""
    make_account("member@example.org", Role.COMMITTEE, name="Mona Roy")
    browser = app.test_client()
    sign_in(browser, "member@example.org")
    return browser


def _post(browser, address, csrf_of, page, **fields):
    drawn = browser.get(page)
    revision = html.fromstring(drawn.text).xpath("//input[@name='revision']/@value")
    sent = {"csrf_token": csrf_of(drawn), "revision": (revision or ["0"])[0], **fields}
    return browser.post(address, data=sent)


def _text(response):
    main = html.fromstring(response.text).xpath("//main")[0]
    return re.sub(r"\s+", " ", main.text_content())


def _themes(engine, sample_code, states=tuple(ThemeState)):
    with unit_of_work(engine, read_only=True) as session:
        board = find_board(session, get_consultation(session, sample_code), QUESTION)
        counts, _ = count_theme_people(session, board)
        return {
            theme.code: (theme.labels.en, theme.state.value, counts[theme.id].people if theme.id in counts else 0)
            for theme in list_board_themes(session, board, states)
        }


def test_a_facilitator_reads_true_counts_and_decides(begun, engine, sample_code, csrf_of, base):
    small = min(_themes(engine, sample_code).values(), key=lambda theme: theme[2])
    page = begun.get(f"{base}/")
    assert small[0] in _text(page)
    assert re.search(rf"{small[2]} (person|people)", _text(page))
    assert _post(begun, f"{base}/theme/t1/act", csrf_of, f"{base}/", do="accept", back="board").status_code == 303
    assert _themes(engine, sample_code)["t1"][1] == "accepted"
    renamed = {"do": "rename", "label_en": "Waiting", "label_fr": "L’attente", "about_en": "", "about_fr": "Délais"}
    assert _post(begun, f"{base}/theme/t1/act", csrf_of, f"{base}/theme/t1", **renamed).status_code == 303
    assert "L’attente" in begun.get(f"{base}/theme/t1").text
    assert "L’attente" in _text(begun.get(base.replace("/en/", "/fr/") + "/theme/t1"))
    refused = _post(begun, f"{base}/theme/t1/act", csrf_of, f"{base}/theme/t1", do="rename", label_en=" ", label_fr="")
    assert refused.status_code == 400
    assert refused.text.count("Write a name, in one language at least.") == 2  # in the summary and at the field
    history = _text(begun.get(f"{base}/history"))
    assert "Claire Aubé accepted “Wait 1”." in history
    assert _post(begun, f"{base}/undo", csrf_of, f"{base}/history", act=1).status_code == 303
    assert _themes(engine, sample_code)["t1"][1] == "proposed"


def test_merging_moving_and_undoing_by_forms(begun, engine, sample_code, csrf_of, base):
    before = _themes(engine, sample_code)
    merged = _post(begun, f"{base}/merge", csrf_of, f"{base}/", theme=["t2", "t3"], into="t1", reason="one concern")
    assert merged.status_code == 303
    assert [state for _, state, _ in _themes(engine, sample_code).values()] == ["proposed", "merged", "merged"]
    assert "one concern" in _text(begun.get(f"{base}/history"))
    page = begun.get(f"{base}/theme/t1/words")
    keys = html.fromstring(page.text).xpath("//input[@name='said']/@value")
    moved = _post(begun, f"{base}/theme/t1/move", csrf_of, f"{base}/theme/t1/words", said=keys, to="none")
    assert moved.status_code == 303
    blocked = _post(begun, f"{base}/undo", csrf_of, f"{base}/history", act=1)
    assert "act 2 stands on it" in _text_of_flash(begun, blocked)
    for number in (2, 1):
        _post(begun, f"{base}/undo", csrf_of, f"{base}/history", act=number)
    assert _themes(engine, sample_code) == before


def _text_of_flash(browser, response):
    return browser.get(response.location).text


def test_two_people_are_told_what_the_other_did(begun, member, csrf_of, base, engine, sample_code):
    drawn = begun.get(f"{base}/theme/t1")
    seen = {"csrf_token": csrf_of(drawn), "revision": "0", "do": "reject"}
    assert _post(member, f"{base}/theme/t1/act", csrf_of, f"{base}/theme/t1", do="accept", reason="clear").status_code
    asked = begun.post(f"{base}/theme/t1/act", data=seen)
    assert asked.status_code == 409
    assert "Mona Roy accepted" in _text(asked)
    assert "clear" in _text(asked)
    fields = dict(html.fromstring(asked.text).forms[-1].form_values())
    assert begun.post(f"{base}/theme/t1/act", data=fields).status_code == 303
    assert _themes(engine, sample_code)["t1"][1] == "rejected"
    others = begun.post(f"{base}/presence", data={"csrf_token": csrf_of(drawn), "place": "t1"}).json
    told = others.pop("told")
    assert others == {"said": "", "revision": 2}
    assert re.fullmatch(r"Claire Aubé rejected “.+”\. Mona Roy accepted “.+”\.", told)
    now = {"csrf_token": csrf_of(member.get(f"{base}/")), "place": "t1", "revision": "2"}
    told = member.post(f"{base}/presence", data=now).json
    assert told["told"] == ""
    assert told["said"] == "Claire Aubé has this theme open too."


def test_the_committee_reads_protected_numbers_that_no_act_moves(begun, member, engine, sample_code, csrf_of, base):
    themes = _themes(engine, sample_code)
    small = next(code for code, theme in themes.items() if theme[2] < 5)
    page = _text(member.get(f"{base}/"))
    assert themes[small][0] not in page
    assert "is not shown: under 5 people" in page or "are not shown: under 5 people" in page
    assert member.get(f"{base}/theme/{small}").status_code == 404
    assert _post(member, f"{base}/theme/{small}/act", csrf_of, f"{base}/", do="accept").status_code == 404
    numbers = re.findall(r"\d+ people", page)
    assert numbers
    assert _post(begun, f"{base}/merge", csrf_of, f"{base}/", theme=[small], into="t1").status_code == 303
    assert re.findall(r"\d+ people", _text(member.get(f"{base}/"))) == numbers
    assert "a theme that is not shown" in _text(member.get(f"{base}/history"))
    assert "contribution" not in _text(member.get(f"{base}/history"))
    assert begun.post(f"{base}/counts", data={"csrf_token": csrf_of(begun.get(f"{base}/"))}).status_code == 303
    assert re.findall(r"\d+ people", _text(member.get(f"{base}/"))) == numbers  # fewer than five came


def test_reading_is_a_right_that_is_given_accepted_masked_audited_and_taken_back(
    begun, member, engine, sample_code, csrf_of, base, make_account
):
    words, readers = f"{base}/theme/t1/words", f"/en/committee/{sample_code}/readers"
    assert member.get(words).status_code == 403
    assert member.get(f"{base}/theme/t1/split").status_code == 403
    assert _post(member, f"{base}/theme/t1/move", csrf_of, f"{base}/", said=["x"], to="t2").status_code == 403
    with unit_of_work(engine) as session:
        board = find_board(session, get_consultation(session, sample_code), QUESTION)
        said = read_board_page(session, board, find_theme(session, board, "t1"), page=1, size=1).said[0]
        contribution = session.get_one(Contribution, said.key)
        text = session.get_one(ContributionRevision, (said.key, contribution.revision))
        text.text = "Call me at 514 555-0199 or ask for Mrs. Tremblay."
    page = begun.get(readers)
    (key,) = html.fromstring(page.text).xpath("//input[@name='member']/@value")
    begun.post(readers, data={"csrf_token": csrf_of(page), "member": key, "do": "give"})
    assert member.get(words).status_code == 403  # given, not accepted
    reading = f"/en/committee/{sample_code}/reading"
    member.post(reading, data={"csrf_token": csrf_of(member.get(reading))})
    assert member.get(words).status_code == 403
    member.post(reading, data={"csrf_token": csrf_of(member.get(reading)), "accepted": "1"})
    read = _text(member.get(words))
    assert "514 555-0199" not in read
    assert "Tremblay" not in read
    assert "Call me at […] or ask for […]" in read
    assert "514 555-0199" in _text(begun.get(words))  # the control
    assert "contributions.read" in _actions(engine)
    begun.post(readers, data={"csrf_token": csrf_of(begun.get(readers)), "member": key, "do": "take_back"})
    assert member.get(words).status_code == 403
    assert {"reading.given", "reading.accepted", "reading.taken_back"} <= set(_actions(engine))


def _actions(engine):
    with unit_of_work(engine, read_only=True) as session:
        return [entry.action for entry in list_entries(session)]


def test_only_approved_quotes_reach_the_board_of_the_committee(begun, member, engine, sample_code, base):
    with unit_of_work(engine) as session:
        board = find_board(session, get_consultation(session, sample_code), QUESTION)
        large = max(
            list_board_themes(session, board, tuple(ThemeState)),
            key=lambda theme: count_theme_people(session, board)[0][theme.id].people,
        )
        quotes = list(session.query(QuoteSnapshot).filter_by(theme_id=large.candidate_id))
        unapproved = quotes[0].text
        code = large.code
    assert unapproved not in member.get(f"{base}/theme/{code}").text
    with unit_of_work(engine) as session:
        quote = session.query(QuoteSnapshot).filter_by(id=quotes[0].id).one()
        quote.approved_at, quote.text = board.made_at, "An approved form of it."
    assert "An approved form of it." in member.get(f"{base}/theme/{code}").text


def test_search_filters_and_pages(begun, engine, sample_code, base, csrf_of):
    assert "Wait 2" not in _text(begun.get(f"{base}/?q=wait 1")).split("Merge the themes")[0]
    _post(begun, f"{base}/theme/t2/act", csrf_of, f"{base}/", do="accept")
    accepted = html.fromstring(begun.get(f"{base}/?state=accepted").text).xpath("//ul[contains(@class,'lines')]/li/@id")
    assert accepted == ["theme-t2"]
    assert begun.get(f"{base}/?page=9").status_code == 404
    assert begun.get(f"{base}/?sort=nonsense&state=nonsense").status_code == 200
    assert begun.get(f"{base}/theme/t99").status_code in {404, 400}


def test_a_new_theme_a_level_and_the_empty_places(begun, engine, sample_code, csrf_of, base):
    made = {"label_fr": "Répit", "label_en": "Respite", "about_fr": "", "about_en": "", "reason": "said in the room"}
    assert _post(begun, f"{base}/new", csrf_of, f"{base}/", **made).status_code == 303
    _post(begun, f"{base}/theme/t4/act", csrf_of, f"{base}/theme/t4", do="nest", under="t1")
    assert "Respite" in _text(begun.get(f"{base}/theme/t1"))
    assert "There is no contribution here." in _text(begun.get(f"{base}/theme/t4/words"))
    assert "Nobody is on the committee yet." in _text(begun.get(f"/en/committee/{sample_code}/readers"))
    none = _text(begun.get(f"{base}/theme/none/words"))
    assert "set aside by the program" in none
    assert _post(begun, f"{base}/theme/t4/act", csrf_of, f"{base}/theme/t4", do="nonsense").status_code == 400


def test_moving_something_tells_a_reader_no_group_that_was_hidden(
    begun, member, engine, sample_code, csrf_of, base, app, make_account
):
    """The page of a theme whose groups are shown would else tell the group of what is moved into it."""
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        (reader,) = [each.account.id for each in list_readers(session, consultation)]
        let_read(session, consultation, reader, By(None, NOW))
        accept_reading(session, consultation, reader, NOW)
    shown = _groups_told(member, f"{base}/theme/t1/words")
    assert any(shown.values())  # the control: groups of the large theme are told
    before = _groups_told(member, f"{base}/theme/t2/words")
    key = next(iter(before))
    assert _post(member, f"{base}/theme/t2/move", csrf_of, f"{base}/theme/t2/words", said=[key], to="t1").location
    after = _groups_told(member, f"{base}/theme/t1/words")
    assert not after[key]
    assert {each: after[each] for each in shown if each in after} == {
        each: shown[each] for each in shown if each in after
    }


def _groups_told(browser, address):
    """Return by contribution whether its line says more than its language and how it was placed."""
    items = html.fromstring(browser.get(address).text).xpath("//ol[contains(@class,'picks')]/li")
    lines = {item.xpath(".//input/@value")[0]: item.xpath(".//p[@class='quiet']")[0].text_content() for item in items}
    return {key: line.count("·") > 1 for key, line in lines.items()}
