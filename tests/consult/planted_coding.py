"""A board whose placings are known, and rounds of coding on it by people who say what they are told to."""

from datetime import UTC, date, datetime

import sqlalchemy as sa

from consult.record.coding import CodingOf, HandCoding, list_coders, list_items
from consult.record.coding_acts import NewRound, finish_coding, list_mine, make_round
from consult.record.consultation import get_consultation
from consult.record.contribution import ContributionRevision, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.lifecycle import By
from consult.record.run import save_run_results, start_run
from consult.record.theme import NewRun, ProposedAssignment, ProposedTheme, RunContribution, RunResults
from consult.record.theme_board import PlacedBy, Theme, ThemeBoard, ThemePlacing, ThemeState
from surveys.localised import NOTHING, Localised

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
QUESTION = "hardest"
LABELS = ("Waiting", "Transport", "Home care")


def import_texts(engine, code, count=120, question=QUESTION):
    """Import as many texts, with signs beyond the first plane and two kinds of line break."""
    rows = [
        ImportedText(
            f"line {n}", f"👵🏽 Idée {n:03} :\r\nl’attente. A second thought,\rabout {n}.", "fr" if n % 3 else "en"
        )
        for n in range(count)
    ]
    with unit_of_work(engine) as session:
        import_contributions(session, get_consultation(session, code), question, rows)


def plant_board(engine, code, *, of_parts=False, question=QUESTION):
    """Save a run that places contributions in three themes and in none in turn, and a board made of it; return its key.

    With `of_parts`, every contribution has two parts: one for its theme, and one for none.
    """
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, code)
        run = start_run(session, consultation, NewRun("tfidf", 7, question), NOW)
        texts = session.execute(
            sa.select(RunContribution.contribution_id, ContributionRevision.text)
            .join(ContributionRevision, ContributionRevision.contribution_id == RunContribution.contribution_id)
            .where(RunContribution.run_id == run.id)
            .order_by(ContributionRevision.text, RunContribution.contribution_id)
        ).all()
        proposed = [ProposedTheme(n, Localised(label, f"{label} (fr)"), {}, {}) for n, label in enumerate(LABELS, 1)]
        placed = []
        for at, (key, text) in enumerate(texts):
            theme, middle = at % 4 or None, len(text) // 2
            if of_parts:
                placed.append(_assigned(key, theme, 0, 0, middle))
                placed.append(_assigned(key, None, 1, middle, len(text)))
            else:
                placed.append(_assigned(key, theme))
        save_run_results(session, run.id, RunResults(proposed, placed), NOW)
        board = ThemeBoard(
            consultation_id=consultation.id, question_code=question, run_id=run.id, made_at=NOW, revision=0
        )
        session.add(board)
        session.flush()
        themes = [_theme(board, number, each.labels) for number, each in enumerate(proposed, 1)]
        session.add_all(themes)
        session.flush()
        session.add_all(
            ThemePlacing(
                board_id=board.id,
                contribution_id=each.contribution_id,
                unit=each.unit,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                theme_id=themes[each.theme - 1].id if each.theme else None,
                strength=0.5,
                placed_by=PlacedBy.RUN,
            )
            for each in placed
        )
        return board.id


def _assigned(key, theme, unit=0, starts_at=None, ends_at=None):
    return ProposedAssignment(key, 0.5, theme, None if theme else "no_words", unit, starts_at, ends_at)


def _theme(board, number, labels):
    return Theme(
        board_id=board.id,
        code=f"t{number}",
        candidate_id=None,
        labels=labels,
        description=Localised("What it is about.", "De quoi il s’agit.") if number == 1 else NOTHING,
        state=ThemeState.ACCEPTED,
        parent_id=None,
        into_id=None,
        is_language_split=False,
        position=number,
    )


def draw(session, board, coders, **changes):
    """Draw a round: 100 whole contributions, blind, all of them twice where there are two coders."""
    asked = {"of": CodingOf.CONTRIBUTIONS, "size": 100, "twice": None, "is_blind": True, "seed": 5, **changes}
    return make_round(session, board, NewRound(coders=[each.id for each in coders], **asked), By(coders[0].id, NOW))


def code_all(session, coding, place, say):
    """Have a coder say of each item what `say` returns of it, and finish."""
    coder = list_coders(session, coding)[place - 1]
    session.add_all(  # at once: one by one would take most of the tests' time
        HandCoding(item_id=each.item.id, account_id=coder.account_id, themes=say(each.item), is_skipped=False, note="")
        for each in list_mine(list_items(session, coding), coder)
    )
    session.flush()
    finish_coding(session, coding, coder, TODAY)
