"""From the sample's files through the record to themes that are saved and can be read again."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from analysis.corpus import build_corpus
from analysis.pipeline import find_themes
from analysis.settings import Settings
from consult.record.consultation import list_groups
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.frames import contributions_frame, responses_frame, run_contributions_frame
from consult.record.keys import Keyring
from consult.record.migrations import upgrade
from consult.record.run import save_run_results, start_run
from consult.record.theme import NewRun, ProposedAssignment, ProposedQuote, ProposedTheme, RunResults, list_themes
from consult.sample import OPEN_QUESTIONS, load_sample
from surveys.localised import Localised

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEYRING = Keyring("a secret for tests that is long enough")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = create_record_engine(f"sqlite:///{tmp_path / 'record.sqlite'}")
    upgrade(made)
    return made


def test_every_response_of_the_sample_enters_the_record(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        consultation = load_sample(session, KEYRING, TODAY)
    with unit_of_work(engine, read_only=True) as session:
        responses = responses_frame(session, consultation)
        contributions = contributions_frame(session, consultation)
        targets = {group.code: group.target for group in list_groups(session, consultation)}
    assert consultation.is_fictional
    assert len(responses) == 240
    assert Counter(responses["language"]) == {"fr": 144, "en": 96}
    assert set(responses["group"]) == set(targets)
    assert sorted(contributions["question"].unique()) == sorted(OPEN_QUESTIONS)
    assert len(contributions) >= 600
    assert contributions["person"].nunique() <= 240


def test_the_sample_is_not_loaded_twice(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        load_sample(session, KEYRING, TODAY)
    with pytest.raises(RecordError, match=r"consultation\.exists"), unit_of_work(engine) as session:
        load_sample(session, KEYRING, TODAY)


def test_a_run_reads_the_record_and_its_themes_are_read_again(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        consultation = load_sample(session, KEYRING, TODAY)
        run = start_run(session, consultation, NewRun(engine="tfidf", seed=1, question_code="protect"), NOW)
    with unit_of_work(engine, read_only=True) as session:
        frame = run_contributions_frame(session, run)
    corpus = build_corpus(frame["text"].tolist(), ids=frame["person"].tolist(), languages=frame["language"].tolist())
    findings = find_themes(corpus, Settings(themes=8, engine="tfidf", seed=1), lambda step, done, total: None)
    keys = frame["id"].tolist()
    placed = dict(zip(findings.rows.tolist(), findings.labels.tolist(), strict=True))
    results = RunResults(
        themes=[
            ProposedTheme(
                number=theme.number,
                labels=Localised(en=theme.names["en"].label, fr=theme.names["fr"].label),
                terms={language: [term.text for term in name.terms] for language, name in theme.names.items()},
                counts={"people": theme.people},
            )
            for theme in findings.themes
        ],
        assignments=[
            ProposedAssignment(key, 0.5, theme=placed[row] + 1)
            if row in placed
            else ProposedAssignment(key, 0.0, reason=findings.corpus.rows["set_aside"].iat[row])
            for row, key in enumerate(keys)
        ],
        quotes=[
            ProposedQuote(theme.number, keys[quote.row], quote.text, quote.language)
            for theme in findings.themes
            for quote in theme.quotes
        ],
    )
    with unit_of_work(engine) as session:
        save_run_results(session, run.id, results, NOW)
    with unit_of_work(engine, read_only=True) as session:
        saved = list_themes(session, run)
    assert [theme.number for theme in saved] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [theme.counts["people"] for theme in saved] == [theme.people for theme in findings.themes]
    assert [theme.labels.fr for theme in saved] == [theme.names["fr"].label for theme in findings.themes]
