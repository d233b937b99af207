import pytest
import sqlalchemy as sa

from consult.record.consultation import get_consultation
from consult.record.contribution import ImportedText, import_contributions, list_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.findings import (
    RunSummary,
    count_overlap,
    find_newest_runs,
    find_run,
    find_theme,
    read_theme,
)
from consult.record.keys import new_token
from consult.record.response import find_response
from consult.record.run import fail_run, get_run, save_run_results, start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import (
    NewRun,
    ProposedAssignment,
    ProposedTheme,
    RunContribution,
    RunResults,
    RunState,
)
from consult.record.withdrawal import correct_contribution, withdraw_response
from surveys.localised import Localised

TEXTS = [("Attendre à l’hôpital", "fr"), ("Waiting at the HOSPITAL", "en"), ("Le coût", "fr"), ("Parking", "en")]


def _start(world, now, question="hardest"):
    with unit_of_work(world.engine) as session:
        return start_run(session, world.consultation, NewRun("tfidf", 1, question), now).id


def _finish(world, run_id, now, themes_of):
    """End a run; `themes_of` gives each pinned text's theme, or None to set it aside."""
    with unit_of_work(world.engine) as session:
        run = get_run(session, run_id)
        keys = sorted(session.scalars(sa.select(RunContribution.contribution_id).filter_by(run_id=run.id)))
        placed = dict(zip(keys, themes_of, strict=True))
        numbers = sorted({number for number in themes_of if number})
        results = RunResults(
            [ProposedTheme(n, Localised(f"T{n}", f"T{n}"), {}, {}) for n in numbers],
            [ProposedAssignment(k, 0.5, n, None if n else "no_words") for k, n in placed.items()],
            (),
            {"people": 3, "themes": len(numbers), "group": {"": 3}, "warnings": ["words_only"]},
        )
        save_run_results(session, run_id, results, now)


@pytest.fixture
def texts(world):
    with unit_of_work(world.engine) as session:
        rows = [ImportedText(str(n), text, language) for n, (text, language) in enumerate(TEXTS)]
        import_contributions(session, world.consultation, "hardest", rows)


def test_the_newest_run_of_each_question_by_state(world, texts, now):
    first, second, other = _start(world, now), _start(world, now), _start(world, now, "protect")
    _finish(world, first, now, [1, 1, 1, None])
    with unit_of_work(world.engine) as session:
        fail_run(session, second, "answers.too_few", now)
        newest = {code: run.id for code, run in find_newest_runs(session, world.consultation).items()}
        done = {code: run.id for code, run in find_newest_runs(session, world.consultation, RunState.DONE).items()}
    assert newest == {"hardest": second, "protect": other}
    assert done == {"hardest": first}


def test_a_run_is_found_in_its_own_consultation_only(make_world, now):
    mine, other = make_world(), make_world(code="other")
    run_id = _start(mine, now)
    with unit_of_work(mine.engine, read_only=True) as session:
        assert find_run(session, get_consultation(session, "plan"), run_id).id == run_id
        with pytest.raises(RecordError) as caught:
            find_run(session, get_consultation(session, other.consultation.code), run_id)
    assert caught.value.code == "run.missing"


def test_a_summary_reads_what_is_there_and_an_unfinished_run_has_none(world, texts, now):
    run_id = _start(world, now)
    with unit_of_work(world.engine, read_only=True) as session:
        assert RunSummary.of(get_run(session, run_id)) == RunSummary()
    _finish(world, run_id, now, [1, 1, 2, None])
    with unit_of_work(world.engine, read_only=True) as session:
        summary = RunSummary.of(get_run(session, run_id))
    assert (summary.people, summary.themes, summary.groups, summary.warnings) == (3, 2, {"": 3}, ("words_only",))


def test_a_theme_is_read_page_by_page_and_by_word(world, texts, now):
    run_id = _start(world, now)
    _finish(world, run_id, now, [1, 1, 1, 1])
    with unit_of_work(world.engine, read_only=True) as session:
        run = get_run(session, run_id)
        theme = find_theme(session, run, 1)
        first, second = (read_theme(session, run, theme, page=page, size=3) for page in (1, 2))
        found = read_theme(session, run, theme, page=1, size=3, word="COUT")
        nothing = read_theme(session, run, theme, page=1, size=3, word="100%")
        with pytest.raises(RecordError) as caught:
            find_theme(session, run, 2)
    assert (first.total, len(first.said), len(second.said)) == (4, 3, 1)
    assert {each.text for each in (*first.said, *second.said)} == {text for text, _ in TEXTS}
    assert [(each.text, each.language) for each in found.said] == [("Le coût", "fr")]
    assert (nothing.total, nothing.said) == (0, ())
    assert caught.value.code == "theme.missing"


def test_a_corrected_text_is_read_as_it_is_now_and_a_withdrawn_one_is_gone(world, today, now):
    with unit_of_work(world.engine) as session:
        receipts = [
            submit_response(
                session, world.keyring, Submission(new_token(), world.version, {"hardest": text}, "fr"), today
            ).receipt
            for text in ("Premier texte", "Deuxième texte")
        ]
    run_id = _start(world, now)
    _finish(world, run_id, now, [1, 1])
    with unit_of_work(world.engine) as session:
        response = find_response(session, world.keyring, receipts[0])
        (contribution,) = list_contributions(session, response.id)
        correct_contribution(session, world.keyring, receipts[0], contribution.id, "Corrigé")
        withdraw_response(session, world.keyring, receipts[1])
    with unit_of_work(world.engine, read_only=True) as session:
        run = get_run(session, run_id)
        read = read_theme(session, run, find_theme(session, run, 1), page=1, size=9)
    assert [(each.text, each.is_changed) for each in read.said] == [("Corrigé", True)]
    assert read.total == 1


def test_the_overlap_of_two_runs_counts_contributions(world, texts, now):
    first, second = _start(world, now), _start(world, now)
    _finish(world, first, now, [1, 1, 2, None])
    _finish(world, second, now, [1, 2, None, 1])
    with unit_of_work(world.engine, read_only=True) as session:
        one, other = get_run(session, first), get_run(session, second)
        assert count_overlap(session, one, other) == {(1, 1): 1, (1, 2): 1, (2, None): 1}
        assert count_overlap(session, other, one) == {(1, 1): 1, (1, None): 1, (2, 1): 1}
