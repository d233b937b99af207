import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from consult.record.consultation import Anonymity
from consult.record.contribution import Contribution, ContributionRevision, current_text, list_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.response import Response, find_response, get_answers
from consult.record.run import approve_quote, save_run_results, start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import (
    Assignment,
    NewRun,
    ProposedAssignment,
    ProposedQuote,
    ProposedTheme,
    QuoteSnapshot,
    RunContribution,
    RunResults,
    list_quotes,
    list_themes,
)
from consult.record.withdrawal import correct_contribution, withdraw_contribution, withdraw_response
from surveys.localised import Localised


@pytest.fixture
def receipt(world, today) -> str:
    raw = {"answer_as": "citizen", "hardest": "Waiting for months", "protect": "The nurses"}
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, raw, "en")
        return submit_response(session, world.keyring, submission, today).receipt


def _keys(world, receipt) -> dict[str, str]:
    """Return the contributions' keys by question."""
    with unit_of_work(world.engine, read_only=True) as session:
        response = find_response(session, world.keyring, receipt)
        return {each.question_code: each.id for each in list_contributions(session, response.id)}


def _answers(world, receipt) -> dict[str, object]:
    with unit_of_work(world.engine, read_only=True) as session:
        return get_answers(session, find_response(session, world.keyring, receipt))


def _run_and_quote(world, now):
    """Run on everything, with one theme that holds and quotes it all."""
    with unit_of_work(world.engine) as session:
        run = start_run(session, world.consultation, NewRun("tfidf", 1), now)
        pins = session.scalars(sa.select(RunContribution.contribution_id)).all()
        texts = {row.contribution_id: row.text for row in session.scalars(sa.select(ContributionRevision))}
        theme = ProposedTheme(1, Localised("Access", "Accès"), {"en": ["wait"], "fr": []}, {"all": len(pins)})
        assignments = [ProposedAssignment(pin, 0.9, theme=1) for pin in pins]
        quotes = [ProposedQuote(1, pin, texts[pin], "en") for pin in pins]
        save_run_results(session, run.id, RunResults([theme], assignments, quotes, {"themes": 1}), now)
        return run


def test_a_correction_adds_a_revision_and_runs_keep_the_one_they_read(world, receipt, now):
    run = _run_and_quote(world, now)
    key = _keys(world, receipt)["hardest"]
    with unit_of_work(world.engine) as session:
        assert correct_contribution(session, world.keyring, receipt, key, "Waiting for weeks") == 2
    with unit_of_work(world.engine, read_only=True) as session:
        response = find_response(session, world.keyring, receipt)
        texts = {each.id: current_text(session, each) for each in list_contributions(session, response.id)}
        assert texts[key] == "Waiting for weeks"
        assert session.get_one(RunContribution, (run.id, key)).revision == 1
        assert session.get_one(ContributionRevision, (key, 1)).text == "Waiting for months"
    assert _answers(world, receipt)["hardest"] == {"text": "Waiting for weeks"}


def test_a_corrected_text_is_no_longer_quoted_as_it_was(world, receipt, now):
    _run_and_quote(world, now)
    keys = _keys(world, receipt)
    with unit_of_work(world.engine) as session:
        correct_contribution(session, world.keyring, receipt, keys["hardest"], "Waiting for weeks")
    with unit_of_work(world.engine, read_only=True) as session:
        quotes = dict(session.execute(sa.select(QuoteSnapshot.contribution_id, QuoteSnapshot.text)).all())
    assert quotes == {keys["hardest"]: None, keys["protect"]: "The nurses"}


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "text.empty"), ("x" * 10_001, "response.refused"), ("\0", "text.empty")]
)
def test_a_correction_passes_the_same_checks_as_an_answer(world, receipt, text, code):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        correct_contribution(session, world.keyring, receipt, _keys(world, receipt)["hardest"], text)
    assert caught.value.code == code


def test_a_withdrawal_erases_the_words_everywhere_and_leaves_the_counts(world, receipt, now):
    run = _run_and_quote(world, now)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
    assert _answers(world, receipt) == {}
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(ContributionRevision.text)).all() == []
        assert session.scalars(sa.select(QuoteSnapshot.text)).all() == [None, None]
        (theme,) = list_themes(session, run)
        assert theme.counts == {"all": 2}
        assert list_quotes(session, theme, approved=False) == []
        assert len(session.scalars(sa.select(Assignment.contribution_id)).all()) == 2


def test_one_text_can_be_withdrawn_and_the_others_stay(world, receipt, now):
    _run_and_quote(world, now)
    keys = _keys(world, receipt)
    with unit_of_work(world.engine) as session:
        withdraw_contribution(session, world.keyring, receipt, keys["hardest"])
    assert _keys(world, receipt) == {"protect": keys["protect"]}
    assert _answers(world, receipt) == {"answer_as": {"choice": "citizen"}, "protect": {"text": "The nurses"}}
    with unit_of_work(world.engine) as session, pytest.raises(RecordError) as caught:
        correct_contribution(session, world.keyring, receipt, keys["hardest"], "Again")
    assert caught.value.code == "contribution.withdrawn"


def test_what_is_withdrawn_while_a_run_computes_is_not_quoted(world, receipt, now):
    keys = _keys(world, receipt)
    with unit_of_work(world.engine) as session:
        run_id = start_run(session, world.consultation, NewRun("tfidf", 1), now).id
    with unit_of_work(world.engine) as session:
        withdraw_contribution(session, world.keyring, receipt, keys["hardest"])
    theme = ProposedTheme(1, Localised("Access", "Accès"), {"en": [], "fr": []}, {"all": 2})
    quotes = [
        ProposedQuote(1, keys["hardest"], "Waiting for months", "en"),
        ProposedQuote(1, keys["protect"], "The nurses", "en"),
    ]
    with unit_of_work(world.engine) as session:
        save_run_results(session, run_id, RunResults([theme], [], quotes), now)
        assert session.scalars(sa.select(QuoteSnapshot.text)).all() == ["The nurses"]


def _proposed(keys):
    """Return the results of a run that began before anybody corrected anything, with two quotes."""
    theme = ProposedTheme(1, Localised("Access", "Accès"), {"en": [], "fr": []}, {"all": 2})
    quotes = [
        ProposedQuote(1, keys["hardest"], "Waiting for months", "en"),
        ProposedQuote(1, keys["protect"], "The nurses", "en"),
    ]
    return RunResults([theme], [ProposedAssignment(key, 0.9, theme=1) for key in keys.values()], quotes)


@pytest.mark.parametrize("text", ["Waiting for weeks", "Waiting for months, or more"])
def test_what_is_corrected_while_a_run_computes_is_not_quoted_as_it_was(world, receipt, now, text):
    keys = _keys(world, receipt)
    with unit_of_work(world.engine) as session:
        run_id = start_run(session, world.consultation, NewRun("tfidf", 1), now).id
    with unit_of_work(world.engine) as session:
        correct_contribution(session, world.keyring, receipt, keys["hardest"], text)
    with unit_of_work(world.engine) as session:
        save_run_results(session, run_id, _proposed(keys), now)
        assert session.scalars(sa.select(QuoteSnapshot.text)).all() == ["The nurses"]
        assert len(session.scalars(sa.select(Assignment.contribution_id)).all()) == 2


def test_results_wait_for_a_correction_that_is_under_way_and_do_not_quote_what_it_replaces(world, receipt, now):
    keys = _keys(world, receipt)
    with unit_of_work(world.engine) as session:
        run_id = start_run(session, world.consultation, NewRun("tfidf", 1), now).id

    def save() -> None:
        with unit_of_work(world.engine) as session:
            save_run_results(session, run_id, _proposed(keys), now)

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(world.engine) as session:
            correct_contribution(session, world.keyring, receipt, keys["hardest"], "Waiting for weeks")
            saving = pool.submit(save)
            time.sleep(0.3)
            assert not saving.done()
        saving.result()
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(QuoteSnapshot.text)).all() == ["The nurses"]


def test_the_name_of_a_theme_outlives_the_words_of_each_of_its_people(world, receipt, now):
    run = _run_and_quote(world, now)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
        (theme,) = list_themes(session, run)
    assert (theme.labels, theme.terms) == (Localised("Access", "Accès"), {"en": ["wait"], "fr": []})


def test_a_response_of_more_texts_than_a_statement_takes_parameters_is_withdrawn(limited_world, many, today):
    world = limited_world
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, {"hardest": "Mine"}, "en")
        receipt = submit_response(session, world.keyring, submission, today).receipt
        submission = Submission(new_token(), world.version, {"hardest": "Another's"}, "en")
        submit_response(session, world.keyring, submission, today)
        response = find_response(session, world.keyring, receipt)
        run = session.connection().exec_driver_sql
        run(
            "INSERT INTO contributions "
            "(id, consultation_id, response_id, group_id, channel, language, question_code, revision, is_withdrawn) "
            "SELECT many_key, consultation_id, response_id, group_id, channel, language, question_code, revision, "
            "is_withdrawn "
            f"FROM contributions, {many.source} WHERE response_id = '{response.id}'"
        )
        run(f"INSERT INTO contribution_revisions SELECT many_key, 1, 'Mine' FROM {many.source}")
    with unit_of_work(world.engine, read_only=True) as session:
        keys = list(session.scalars(sa.select(Contribution.id)))
        with pytest.raises(sa.exc.OperationalError):  # the naive way
            session.execute(sa.select(Contribution.id).where(Contribution.id.in_(keys)))

    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)

    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(ContributionRevision.text)).all() == ["Another's"]
        left = sa.select(sa.func.count()).select_from(Contribution).where(Contribution.is_withdrawn.is_(False))
        assert session.scalar(left) == 1


def test_a_withdrawn_quote_cannot_be_approved(world, receipt, now):
    _run_and_quote(world, now)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
        quote_id = session.scalars(sa.select(QuoteSnapshot.id)).first()
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        approve_quote(session, quote_id, "Words", 1, now)
    assert caught.value.code == "quote.withdrawn"


def test_a_receipt_reaches_its_own_texts_alone(world, receipt, today):
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, {"hardest": "Mine"}, "en")
        other = submit_response(session, world.keyring, submission, today).receipt
    key = _keys(world, receipt)["hardest"]
    for act in (
        lambda session: correct_contribution(session, world.keyring, other, key, "Not yours"),
        lambda session: withdraw_contribution(session, world.keyring, other, key),
    ):
        with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
            act(session)
        assert caught.value.code == "contribution.missing"


def test_a_withdrawal_happens_once(world, receipt):
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
    assert caught.value.code == "response.withdrawn"


def test_a_withdrawal_forgets_who_had_answered(make_world, today):
    world = make_world(anonymity=Anonymity.IDENTIFIED)
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, {"hardest": "Mine"}, "en")
        receipt = submit_response(session, world.keyring, submission, today).receipt
        session.execute(sa.update(Response).values(respondent="alice@example.org"))
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
        assert session.scalars(sa.select(Response.respondent)).all() == [None]
