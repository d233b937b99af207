"""What the worker does for a board: it proposes how to split a theme, and places what came later."""

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from consult.record.board_act import Seen
from consult.record.board_acts import NewPart, accept_theme, merge_themes, move_contributions, split_theme
from consult.record.board_begin import begin_board
from consult.record.board_placing import ask_placing, count_outside, find_placing_job
from consult.record.board_split import ask_split, find_split
from consult.record.board_undo import undo_act
from consult.record.contribution import Channel, NewContribution, add_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import JobState, get_job
from consult.record.lifecycle import By
from consult.record.run import get_run, save_run_results, start_run
from consult.record.theme import NewRun, ProposedAssignment, ProposedTheme, RunResults
from consult.record.theme_board import PlacedBy, Theme, ThemeBoard, ThemePlacing, find_theme
from consult.worker import Worker
from surveys.localised import Localised

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BY = By(None, NOW)
ON_TOP = Seen(10_000)
_NEW_CONCERN = [
    "Les éoliennes font trop de bruit la nuit",
    "Le bruit des éoliennes nous empêche de dormir la nuit",
    "Trop de bruit la nuit à cause des éoliennes",
]


def _add(session, world, texts, languages):
    new = [NewContribution(t, code, "hardest", Channel.IMPORT) for t, code in zip(texts, languages, strict=True)]
    return add_contributions(session, world.consultation.id, new)


def _work(world, job):
    assert Worker(world.engine).run_next(lambda step, share: None)
    with unit_of_work(world.engine, read_only=True) as session:
        return get_job(session, job.id)


@pytest.fixture
def board(world, planted):
    """A board of one theme for each of the five planted subjects, of the first ninety answers, all accepted."""
    subjects = sorted(set(planted["topic"]))
    with unit_of_work(world.engine) as session:
        keys = _add(session, world, planted["text"][:90], planted["language"][:90])
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), NOW)
        places = [
            ProposedAssignment(key, 0.5, subjects.index(topic) + 1)
            for key, topic in zip(keys, planted["topic"][:90], strict=True)
        ]
        themes = [ProposedTheme(n, Localised(topic, topic), {}, {}) for n, topic in enumerate(subjects, 1)]
        save_run_results(session, run.id, RunResults(themes, places), NOW)
        made = begin_board(session, world.consultation, get_run(session, run.id), BY)
        for code in [f"t{n}" for n in range(1, 6)]:
            accept_theme(session, made, code, BY, ON_TOP)
        return made.id


def test_new_contributions_join_accepted_themes_and_nothing_that_stood_is_moved(world, board, planted):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board)
        moved = session.scalars(sa.select(ThemePlacing.contribution_id).order_by(ThemePlacing.contribution_id)).first()
        home = session.get_one(Theme, session.get_one(ThemePlacing, (board, moved, 0)).theme_id).code
        move_contributions(session, mine, home, [moved], "t1" if home != "t1" else "t2", BY, ON_TOP)
        query = sa.select(ThemePlacing.contribution_id, ThemePlacing.theme_id, ThemePlacing.strength)
        before = set(session.execute(query).all())
        keys = _add(session, world, planted["text"][90:], planted["language"][90:])
        other = _add(session, world, _NEW_CONCERN, ["fr"] * 3)
        assert count_outside(session, mine)[0] == len(keys) + 3
        job = ask_placing(session, mine, BY)
        assert ask_placing(session, mine, BY) is None  # a double click
    assert _work(world, job).state is JobState.DONE
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board)
        rows = session.scalars(sa.select(ThemePlacing)).all()
        assert before <= {(each.contribution_id, each.theme_id, each.strength) for each in rows}
        new = {each.contribution_id: each for each in rows if each.contribution_id in {*keys, *other}}
        names = {theme.id: theme.labels.en for theme in session.scalars(sa.select(Theme))}
        right = sum(
            names.get(new[key].theme_id) == topic for key, topic in zip(keys, planted["topic"][90:], strict=True)
        )
        assert right >= 20  # of 30, by shared words alone
        assert all(new[key].placed_by is PlacedBy.MACHINE and 0 < new[key].strength <= 1 for key in keys[:3])
        assert sum(new[key].theme_id is None for key in other) >= 2
        assert count_outside(session, mine)[1][PlacedBy.MACHINE] >= 2
        assert count_outside(session, mine)[0] == 0
        with pytest.raises(RecordError, match=r"undo\.permanent"):
            undo_act(session, mine, mine.revision, BY)
        assert find_placing_job(session, mine).state is JobState.DONE


def test_without_an_accepted_theme_nothing_is_placed(world, board):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board)
        for number in range(5, 0, -1):
            undo_act(session, mine, number, BY)
        with pytest.raises(RecordError, match=r"place\.no_themes"):
            ask_placing(session, mine, BY)


def test_the_machine_proposes_parts_and_a_person_confirms_them(world, board, planted):
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board)
        merge_themes(session, mine, ["t2"], "t1", BY, ON_TOP)
        theme = find_theme(session, mine, "t1")
        with pytest.raises(RecordError, match=r"split\.bad_number"):
            ask_split(session, mine, theme, 9, BY)
        job = ask_split(session, mine, theme, 2, BY)
    done = _work(world, job)
    assert done.state is JobState.DONE, done.error_code
    with unit_of_work(world.engine) as session:
        mine = session.get_one(ThemeBoard, board)
        held = sum(topic in sorted(set(planted["topic"]))[:2] for topic in planted["topic"][:90])
        proposal = find_split(session, find_theme(session, mine, "t1"))
        assert len(proposal.labels) == 2
        assert sum(Counter(proposal.parts.values()).values()) + len(proposal.unplaced) == held
        sides = {part: [place for place in proposal.parts if proposal.parts[place] == part] for part in (0, 1)}
        sides[0] += proposal.unplaced
        parts = [NewPart(Localised(f"Part {n}", f"Partie {n}"), sides[n]) for n in (0, 1)]
        with pytest.raises(RecordError, match=r"move\.gone"):
            split_theme(session, mine, "t1", [parts[0], NewPart(parts[1].labels, sides[1][1:])], BY, ON_TOP)
        session.rollback()
        mine = session.get_one(ThemeBoard, board)
        split_theme(session, mine, "t1", parts, BY, ON_TOP)
        assert find_theme(session, mine, "t1").state == "split"
        query = sa.select(sa.func.count()).where(ThemePlacing.theme_id == find_theme(session, mine, "t7").id)
        assert session.scalar(query) == len(sides[1])
