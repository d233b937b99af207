"""Real answers, where they are at hand: both engines group every set, and topics are found across languages."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from analysis.corpus import build_corpus
from analysis.engines import ENGINE_NAMES
from analysis.pipeline import find_themes
from analysis.report import make_report
from analysis.settings import Settings

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_SETS = {
    "sib200/answers.csv": "text",
    "napire2018/answers.csv": "text",
    "gambling_adverts/answers.csv": "text",
    "nuclear_plant_fr/synthetic_data_nuclear_plant.csv": "response",
    "nuclear_plant_fr/detailed_synthetic_data.csv": "response",
    "polis/canadian-electoral-reform/comments.csv": "comment-body",
    "polis/ssis.land-bank-farmland/comments.csv": "comment-body",
}

pytestmark = pytest.mark.skipif(not _DATA.is_dir(), reason="the shared data sets are not on this machine")


def _rows(name: str, number: int) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return [row for row, _ in zip(csv.DictReader(file), range(number), strict=False)]


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("name", _SETS)
def test_the_first_answers_of_each_set_are_grouped(name, engine):
    texts = [row[_SETS[name]] for row in _rows(name, 60)]
    corpus = build_corpus(texts)
    findings = find_themes(corpus, Settings(engine=engine, themes=4), lambda step, done, total: None)
    report = make_report(findings)
    assert len(findings.corpus.rows) == len(texts)
    assert len({row for theme in findings.themes for row in theme.rows.tolist()}) == findings.answers >= 10
    assert len(report.themes) == 4
    assert all(theme.people is None or theme.people >= 5 for theme in report.themes)
    assert all(any(name.label for name in theme.names.values()) for theme in findings.themes)


def test_topics_are_found_across_the_two_languages_and_not_the_languages():
    rows = _rows("sib200/answers.csv", 300)
    corpus = build_corpus([row["text"] for row in rows], languages=[row["language"] for row in rows])
    findings = find_themes(corpus, Settings(engine="sentence", themes=7), lambda step, done, total: None)
    topics = np.array([row["topic"] for row in rows])[findings.rows]
    assert adjusted_mutual_info_score(topics, findings.labels) >= 0.3
    assert findings.language_agreement <= 0.05
