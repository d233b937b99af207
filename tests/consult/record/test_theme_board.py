"""The laws of a board: what people do is kept, told, undone; nothing of what was said is lost or doubled by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.record.account import Role, create_account, join_consultation
from consult.record.board_act import Seen
from consult.record.board_acts import (
    NewPart,
    accept_theme,
    make_theme,
    mark_language_split,
    merge_themes,
    move_contributions,
    nest_theme,
    reject_theme,
    rename_theme,
    reopen_theme,
    split_theme,
)
from consult.record.board_begin import add_proposal, begin_board, list_proposals
from consult.record.board_counts import read_kept_counts, renew_counts
from consult.record.board_placing import count_outside
from consult.record.board_presence import list_on_board, note_on_board
from consult.record.board_undo import list_history, undo_act
from consult.record.board_words import count_holding, read_board_page
from consult.record.contribution import Contribution, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.run import get_run, save_run_results, start_run
from consult.record.theme import NewRun, ProposedAssignment, ProposedTheme, RunContribution, RunResults
from consult.record.theme_board import (
    Theme,
    ThemeAct,
    ThemeBoard,
    ThemePlacing,
    ThemeState,
    count_family_people,
    count_theme_people,
    find_theme,
    list_board_themes,
)
from consult.record.withdrawal import erase_texts
from surveys.localised import Localised

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON_TOP = Seen(10_000)
TEXTS = 24


def _plant(session, world, themes=4, question="hardest", aside=2):
    """Save a run that deals contributions to themes in turn, every third with a second idea in the next theme."""
    run = start_run(session, world.consultation, NewRun("tfidf", 1, question), NOW)
    keys = sorted(session.scalars(sa.select(RunContribution.contribution_id).filter_by(run_id=run.id)))
    rows = []
    for at, key in enumerate(keys[: len(keys) - aside]):
        rows.append(ProposedAssignment(key, 0.5, at % themes + 1, None, 0, 0, 3))
        if at % 3 == 0:
            rows.append(ProposedAssignment(key, 0.4, (at + 1) % themes + 1, None, 1, 4, 8))
    rows += [ProposedAssignment(key, 0.0, None, "no_words") for key in keys[len(keys) - aside :]]
    proposed = [ProposedTheme(n, Localised(f"Name {n}", f"Nom {n}"), {}, {"people": 6}) for n in range(1, themes + 1)]
    save_run_results(session, run.id, RunResults(proposed, rows, (), {"people": 22}), NOW)
    return get_run(session, run.id)


@pytest.fixture
def board(world):
    """A board of four themes, and three people who work on it: keys of board and accounts."""
    with unit_of_work(world.engine) as session:
        rows = [
            ImportedText(str(n), f"texte numéro {n} très long", "fr" if n % 2 else "en", "citizen" if n % 4 else None)
            for n in range(TEXTS)
        ]
        import_contributions(session, world.consultation, "hardest", rows)
        people = []
        for name in ("Ana", "Ben", "Chloé"):
            account = create_account(session, f"{name[:3]}@example.org".lower().replace("é", "e"), name)
            join_consultation(session, account, world.consultation, Role.COMMITTEE)
            people.append(account.id)
        made = begin_board(session, world.consultation, _plant(session, world), By(people[0], NOW))
    return made.id, people


def _by(board, who=0, reason=""):
    return By(board[1][who], NOW, reason)


def _state(session, board_id):
    """Return everything of a board that people can see."""
    session.expire_all()
    themes = {
        theme.code: (
            theme.labels,
            theme.description,
            theme.state,
            theme.parent_id,
            theme.into_id,
            theme.is_language_split,
            theme.position,
        )
        for theme in session.scalars(sa.select(Theme).filter_by(board_id=board_id))
        if theme.state is not ThemeState.UNDONE
    }
    query = sa.select(ThemePlacing).filter_by(board_id=board_id)
    parts = {
        (each.contribution_id, each.unit): (each.theme_id, each.strength, each.placed_by, each.starts_at)
        for each in session.scalars(query)
    }
    return themes, parts


def _keys_in(session, board, code):
    theme = find_theme(session, board, code) if code else None
    return [said.key for said in read_board_page(session, board, theme, page=1, size=100).said]


def _split(session, board, by, one, names):
    theme = find_theme(session, board, one)
    query = sa.select(ThemePlacing.contribution_id, ThemePlacing.unit).filter_by(theme_id=theme.id)
    places = [tuple(row) for row in session.execute(query)]
    parts = [NewPart(names, places[::2]), NewPart(names, places[1::2])]
    split_theme(session, board, one, parts, by, ON_TOP)


def _move(session, board, by, one, two, some):
    keys = _keys_in(session, board, one)[: 1 + some % 3]
    move_contributions(session, board, one, keys, two if some % 5 else None, by, ON_TOP)


def _act(session, board, by, kind, draw):
    """Do something that a person could do; what the record refuses changes nothing."""
    here = [theme.code for theme in list_board_themes(session, board, tuple(ThemeState)) if theme.state != "undone"]
    one, two, some = here[draw[0] % len(here)], here[draw[1] % len(here)], draw[2]
    names, on = Localised(f"Said {draw[0]}", f"Dit {draw[1]}"), (session, board)
    {
        "accept": lambda: accept_theme(*on, one, by, ON_TOP),
        "reject": lambda: reject_theme(*on, one, by, ON_TOP),
        "reopen": lambda: reopen_theme(*on, one, by, ON_TOP),
        "rename": lambda: rename_theme(*on, one, names, by, ON_TOP),
        "make": lambda: make_theme(*on, names, by),
        "merge": lambda: merge_themes(*on, [one], two, by, ON_TOP),
        "nest": lambda: nest_theme(*on, one, two if some % 3 else None, by, ON_TOP),
        "flag": lambda: mark_language_split(*on, one, bool(some % 2), by, ON_TOP, two),
        "move": lambda: _move(*on, by, one, two, some),
        "split": lambda: _split(*on, by, one, names),
        "undo": lambda: undo_act(*on, 1 + draw[0] % max(board.revision, 1), by),
    }[kind]()


_KINDS = ("accept", "reject", "reopen", "rename", "make", "merge", "nest", "flag", "move", "split", "undo", "undo")
# Each example is a hundred statements or so: on a server a few are enough, for the statements are the same.
_ON_A_SERVER = 4
_STEPS = st.lists(st.tuples(st.sampled_from(_KINDS), st.tuples(*[st.integers(0, 30)] * 3)), min_size=3, max_size=12)


@pytest.fixture
def done_on_server():
    """Count the examples."""
    return count()


@given(steps=_STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
def test_whatever_people_do_undoing_it_gives_the_first_board_and_nothing_is_lost_or_doubled(
    world, board, done_on_server, steps
):
    if world.engine.dialect.name == "postgresql" and next(done_on_server) >= _ON_A_SERVER:
        return
    with unit_of_work(world.engine) as session:
        first, parts = _state(session, board[0])
        mine = session.get_one(ThemeBoard, board[0])
        for kind, draw in steps:
            spot = session.begin_nested()
            try:
                _act(session, mine, _by(board), kind, draw)
                spot.commit()
            except RecordError:
                spot.rollback()
            assert set(_state(session, board[0])[1]) == set(parts)
            _holds_together(session, board[0])
        while on := [each for each in list_history(session, mine, page=1, size=500)[0] if each.is_on]:
            acts = [each for each in on if each.undoes is None]
            if not acts:
                break
            newest = max(acts, key=lambda each: _last_link(session, each.act))
            undo_act(session, mine, newest.act.number, _by(board))
        assert _state(session, board[0]) == (first, parts)
        session.rollback()


def _last_link(session, act):
    while (after := session.scalars(sa.select(ThemeAct).filter_by(undoes_id=act.id)).one_or_none()) is not None:
        act = after
    return act.number


def _holds_together(session, board_id):
    """Two levels and no more; everything that was said stands in a theme that is there, or in none."""
    themes = {theme.id: theme for theme in session.scalars(sa.select(Theme).filter_by(board_id=board_id))}
    alive = {key for key, theme in themes.items() if theme.state in ("proposed", "accepted", "rejected")}
    for key in alive:
        above = themes[key].parent_id
        assert above is None or (above in alive and themes[above].parent_id is None)
    query = sa.select(ThemePlacing.theme_id).filter_by(board_id=board_id).distinct()
    assert {key for key in session.scalars(query) if key} <= alive


def test_a_board_begins_with_what_the_run_proposed_and_only_once(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        themes = list_board_themes(session, mine, tuple(ThemeState))
        assert [(theme.code, theme.labels.en, theme.state) for theme in themes] == [
            (f"t{n}", f"Name {n}", "proposed") for n in range(1, 5)
        ]
        assert sum(count_outside(session, mine)[1].values()) == 2
        counts, everybody = count_theme_people(session, mine)
        assert everybody.people == TEXTS - 2
        assert sum(each.people for each in counts.values()) > everybody.people  # some speak in two themes
        with pytest.raises(RecordError, match=r"board\.exists"):
            begin_board(session, world.consultation, get_run(session, mine.run_id), _by(board))


def test_a_theme_above_others_counts_their_people_once(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        nest_theme(session, mine, "t1", "t2", _by(board), ON_TOP)
        with pytest.raises(RecordError, match=r"nest\.too_deep"):
            nest_theme(session, mine, "t2", "t3", _by(board), ON_TOP)
        ids = {code: find_theme(session, mine, code).id for code in ("t1", "t2")}
        query = sa.select(sa.func.count(sa.distinct(ThemePlacing.contribution_id)))
        both = session.scalar(query.where(ThemePlacing.theme_id.in_(ids.values())))
        own, family = count_theme_people(session, mine)[0], count_family_people(session, mine)[0]
        assert family[ids["t2"]].people == both > own[ids["t2"]].people
        assert family[ids["t1"]] == own[ids["t1"]]
        assert both < own[ids["t1"]].people + own[ids["t2"]].people  # who speaks in both is one person


def test_whoever_decides_on_what_others_changed_is_told_first(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        seen = Seen(mine.revision)
        accept_theme(session, mine, "t1", _by(board, 1, "clear"), seen)
        reject_theme(session, mine, "t2", _by(board, 0), seen)  # the control: another theme
        with pytest.raises(RecordError, match=r"board\.changed"):
            rename_theme(session, mine, "t1", Localised("A", "B"), _by(board, 0), seen)
        rename_theme(session, mine, "t1", Localised("A", "B"), _by(board, 0), replace(seen, is_confirmed=True))
        rename_theme(session, mine, "t1", Localised("C", "D"), _by(board, 0), Seen(2))  # what one did oneself
        acts, total = list_history(session, mine, page=1, size=10)
        assert total == 4
        assert [(each.act.kind, each.name, each.act.reason) for each in acts][-1] == ("accepted", "Ben", "clear")
        with pytest.raises(RecordError, match=r"act\.nothing"):
            accept_theme(session, mine, "t1", _by(board), ON_TOP)


def test_an_act_on_which_another_stands_is_not_undone_and_the_other_is_named(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        key = _keys_in(session, mine, "t1")[0]
        made = make_theme(session, mine, Localised("New", "Neuf"), _by(board))
        move_contributions(session, mine, "t1", [key], "t5", _by(board), ON_TOP)
        with pytest.raises(RecordError, match=r"undo\.blocked") as refused:
            undo_act(session, mine, made.number, _by(board, 1))
        assert refused.value.values["act"] == 2
        session.rollback()
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        make_theme(session, mine, Localised("New", "Neuf"), _by(board))
        undone = undo_act(session, mine, 1, _by(board, 1))
        with pytest.raises(RecordError, match=r"undo\.already"):
            undo_act(session, mine, 1, _by(board, 1))
        with pytest.raises(RecordError, match=r"theme\.missing"):
            find_theme(session, mine, "t5")
        undo_act(session, mine, undone.number, _by(board, 2))
        assert find_theme(session, mine, "t5").labels.fr == "Neuf"
        make_theme(session, mine, Localised("Other", "Autre"), _by(board))
        assert find_theme(session, mine, "t6")  # a code is never given twice


def test_contributions_are_moved_once_even_by_two_people(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        keys = _keys_in(session, mine, "t1")[:2]
        move_contributions(session, mine, "t1", keys, "t2", _by(board), ON_TOP)
        with pytest.raises(RecordError, match=r"move\.gone"):
            move_contributions(session, mine, "t1", keys[:1], "t3", _by(board, 1), ON_TOP)


def test_a_newer_run_never_touches_a_board_and_may_be_drawn_on(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        accept_theme(session, mine, "t1", _by(board), ON_TOP)
        before = _state(session, board[0])
        newer = _plant(session, world, themes=7)
        assert _state(session, board[0]) == before
        proposals = list_proposals(session, mine, newer)
        assert proposals
        chosen = proposals[0]
        act = add_proposal(session, world.consultation, mine, chosen.candidate.id, _by(board), ON_TOP)
        assert find_theme(session, mine, "t5").labels == chosen.candidate.labels
        assert act.changes[0]["parts"] == chosen.unplaced
        assert chosen.candidate.id not in [each.candidate.id for each in list_proposals(session, mine, newer)]


def test_the_committees_counts_stand_still_until_five_have_moved(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        one, two = find_theme(session, mine, "t1").id, find_theme(session, mine, "t2").id
        assert read_kept_counts(session, mine).themes[one].people == 6  # those of the run
        keys = _keys_in(session, mine, "t1")
        move_contributions(session, mine, "t1", keys[:4], None, _by(board), ON_TOP)
        renewal = renew_counts(session, mine, _by(board))
        assert (renewal.renewed, renewal.waiting) == (0, 1)
        assert read_kept_counts(session, mine).themes[one].people == 6
        move_contributions(session, mine, None, keys[:1], "t1", _by(board), ON_TOP)  # back: three in all
        assert renew_counts(session, mine, _by(board)).waiting == 1
        move_contributions(session, mine, "t1", keys[:1] + keys[4:5], None, _by(board), ON_TOP)
        assert renew_counts(session, mine, _by(board)).renewed == 1
        kept = read_kept_counts(session, mine).themes
        assert kept[one].people == count_theme_people(session, mine)[0][one].people
        assert kept[two].people == 6


def test_what_was_withdrawn_is_on_no_page_and_in_no_count(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board[0])
        theme = find_theme(session, mine, "t1")
        keys, people = _keys_in(session, mine, "t1"), count_theme_people(session, mine)[0][theme.id].people
        erase_texts(session, Contribution.id == keys[0])
        assert keys[0] not in _keys_in(session, mine, "t1")
        assert count_theme_people(session, mine)[0][theme.id].people == people - 1
        page = read_board_page(session, mine, theme, page=1, size=3, word="TRES")
        assert (len(page.said), page.total) == (3, len(keys) - 1)
        assert count_holding(session, mine, "très")[theme.id] == len(keys) - 1
        assert not count_holding(session, mine, "nowhere")


def test_people_see_who_else_has_the_board_before_them(world, board):
    with unit_of_work(world.engine) as session:
        mine, (ana, ben, _) = session.get_one(ThemeBoard, board[0]), board[1]
        note_on_board(session, mine, ana, "t1", NOW)
        note_on_board(session, mine, ben, "", NOW)
        note_on_board(session, mine, ben, "t2", NOW)
        assert [(each.name, each.place) for each in list_on_board(session, mine, ana, NOW)] == [("Ben", "t2")]
        assert not list_on_board(session, mine, ana, NOW + timedelta(minutes=2))
