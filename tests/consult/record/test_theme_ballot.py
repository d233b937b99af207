"""Accepted themes become the options of a second round, in both languages, and stay the themes that they were."""

from dataclasses import replace

import pytest

from consult.record.consultation import Consultation, ConsultationState, list_groups
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.run import NewRun, start_run
from consult.record.survey import list_surveys, publish_version, read_definition
from consult.record.theme_ballot import NewBallot, begin_second_round, list_ballots_of, list_theme_options
from consult.record.theme_board import Theme, ThemeBoard, ThemeState
from surveys.localised import Localised

NEW = NewBallot(
    "ranking",
    Localised("Second round", "Deuxième tour"),
    Localised("Second round", "Deuxième tour"),
    Localised("Priorities", "Priorités"),
    Localised("What comes first?", "Qu’est-ce qui vient en premier?"),
    ("t1", "t3"),
)
LABELS = (Localised("Beds", "Lits"), Localised("Noise", "Bruit"), Localised("Rest", "Repos"))


@pytest.fixture
def session(make_world):
    world = make_world(group_question="answer_as")
    with unit_of_work(world.engine) as session:
        session.info["consultation"] = session.get_one(Consultation, world.consultation.id)
        yield session


@pytest.fixture
def board(session, now):
    """Three accepted themes and a rejected one."""
    first = session.info["consultation"]
    run = start_run(session, first, NewRun("tfidf", 7, "hardest"), now)
    board = ThemeBoard(consultation_id=first.id, question_code="hardest", run_id=run.id, made_at=now, revision=0)
    session.add(board)
    session.flush()
    states = [*[ThemeState.ACCEPTED] * 3, ThemeState.REJECTED]
    for number, (label, state) in enumerate(zip([*LABELS, Localised("No", "Non")], states, strict=True), start=1):
        session.add(
            Theme(
                board_id=board.id,
                code=f"t{number}",
                labels=label,
                description=Localised(),
                state=state,
                is_language_split=False,
                position=number,
            )
        )
    session.flush()
    return board


def test_accepted_themes_become_options_and_stay_the_themes_that_they_were(session, board, today, now):
    first = session.info["consultation"]
    following = begin_second_round(session, first, board, NEW, By(None, now))
    assert (following.state, following.code) == (ConsultationState.DRAFT, "plan_2")
    assert [each.code for each in list_groups(session, following)] == ["citizen", "clinician"]
    assert (following.promise, following.anonymity) == (first.promise, first.anonymity)
    (survey,) = list_surveys(session, following)
    version = publish_version(session, survey, today)  # complete in both languages
    group, ballot = read_definition(version).survey.questions
    assert (group.code, ballot.code, ballot.type) == ("answer_as", "priorities", "ranking")
    assert following.group_question == "answer_as"
    assert [(each.code, each.label) for each in ballot.choices] == [("t1", LABELS[0]), ("t3", LABELS[2])]
    options = list_theme_options(session, following, "priorities")
    assert {code: theme.labels for code, theme in options.items()} == {"t1": LABELS[0], "t3": LABELS[2]}
    assert {theme.board_id for theme in options.values()} == {board.id}
    assert list_ballots_of(session, board) == [following]
    assert begin_second_round(session, first, board, NEW, By(None, now)).code == "plan_3"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"themes": ("t1",)}, "ballot.too_few_themes"),
        ({"type": "best_worst"}, "ballot.too_few_themes"),
        ({"themes": ("t1", "t4")}, "theme.missing"),
        ({"type": "several_choices"}, "ballot.unknown_type"),
        ({"text": Localised()}, "ballot.title_missing"),
    ],
)
def test_what_is_no_ballot_is_refused(session, board, now, changes, code):
    with pytest.raises(RecordError, match=code.replace(".", r"\.")):
        begin_second_round(session, session.info["consultation"], board, replace(NEW, **changes), By(None, now))
