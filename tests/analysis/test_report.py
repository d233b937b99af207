"""What a report may show: numbers or their absence, flags and warnings as codes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.corpus import build_corpus
from analysis.pipeline import find_themes
from analysis.report import make_report
from analysis.settings import Settings


def _silent(step: str, done: int, total: int) -> None:
    pass


def _regrouped(findings, labels, **changes):
    """Return findings whose themes hold other rows: the first ``labels`` decide, texts and people stay."""
    labels = np.array(labels)
    themes = tuple(
        replace(
            findings.themes[group],
            rows=findings.rows[labels == group],
            people=int((labels == group).sum()),
            **changes,
        )
        for group in range(labels.max() + 1)
    )
    return replace(findings, labels=labels, themes=themes)


def _languages_of(findings):
    return findings.kept["language"].to_numpy()


def test_every_theme_of_enough_people_is_counted_and_quoted(planted_findings):
    report = make_report(planted_findings)
    assert report.people == 120
    assert [theme.people for theme in report.themes] == [theme.people for theme in planted_findings.themes]
    assert sum(theme.share for theme in report.themes) == pytest.approx(1.0)
    assert all(theme.quotes for theme in report.themes)


def test_tables_count_by_language_and_by_each_group(planted_findings):
    assert [table.column for table in make_report(planted_findings).tables] == ["language", "group"]


def test_answers_in_one_language_have_no_table_of_languages(planted):
    french = [i for i, language in enumerate(planted["language"]) if language == "fr"]
    corpus = build_corpus(
        [planted["text"][i] for i in french], languages="fr", groups={"group": [planted["group"][i] for i in french]}
    )
    report = make_report(find_themes(corpus, Settings(engine="tfidf", themes=3), _silent))
    assert [table.column for table in report.tables] == ["group"]
    assert report.languages == ("fr",)
    assert set(report.warnings) == {"words_only", "one_language", "consent_unknown"}
    assert not any(flag.startswith("few_") for theme in report.themes for flag in theme.flags)


def test_a_theme_of_too_few_people_has_no_number_and_no_quote(planted_findings):
    labels = np.zeros(120, dtype=int)
    labels[60:116], labels[116:] = 1, 2
    report = make_report(_regrouped(planted_findings, labels))
    hidden = report.themes[2]
    assert (hidden.people, hidden.share, hidden.quotes) == (None, None, ())
    # 120 less 60 and 56 would be 4: one of the three more is hidden, with its share and its quotes
    shown = [report.people, *(theme.people for theme in report.themes[:2])]
    assert shown.count(None) >= 1
    for theme in report.themes:
        assert (theme.people is None) == (theme.quotes == ())
    assert all(count is None or count >= 5 for table in report.tables for row in table.counts for count in row)


def test_shares_are_hidden_with_the_number_of_all_people(planted_findings):
    labels = np.zeros(120, dtype=int)
    labels[117:] = 1
    report = make_report(_regrouped(planted_findings, labels))
    known = [report.people, *(theme.people for theme in report.themes)]
    assert known.count(None) >= 2
    if report.people is None:
        assert all(theme.share is None for theme in report.themes)


def test_another_least_number_of_people_is_kept(planted_findings):
    settings = replace(planted_findings.settings, least_people=30)
    report = make_report(replace(planted_findings, settings=settings))
    assert [theme.people for theme in report.themes] == [None] * len(report.themes)


@pytest.mark.parametrize(("stability", "flagged"), [(0.59, True), (0.61, False)])
def test_a_theme_that_comes_back_badly_is_flagged(planted_findings, stability, flagged):
    report = make_report(_regrouped(planted_findings, np.arange(120) % 2, stability=stability))
    assert [("unstable" in theme.flags) for theme in report.themes] == [flagged] * 2


@pytest.mark.parametrize(("cohesion", "flagged"), [(0.3, True), (0.6, False)])
def test_a_theme_whose_answers_have_little_in_common_is_flagged(planted_findings, cohesion, flagged):
    report = make_report(_regrouped(planted_findings, np.arange(120) % 2, cohesion=cohesion))
    assert [("loose" in theme.flags) for theme in report.themes] == [flagged] * 2


def test_a_theme_nearly_all_in_one_language_is_flagged(planted_findings):
    report = make_report(_regrouped(planted_findings, (_languages_of(planted_findings) == "fr").astype(int)))
    assert "few_fr" in report.themes[0].flags
    assert "few_en" in report.themes[1].flags


def test_themes_that_mix_the_languages_are_not_flagged(planted_findings):
    report = make_report(planted_findings)
    assert not any(flag.startswith("few_") for theme in report.themes for flag in theme.flags)


def test_themes_that_follow_the_language_are_warned_of(planted_findings):
    assert "follows_language" in make_report(replace(planted_findings, language_agreement=0.11)).warnings
    assert "follows_language" not in make_report(planted_findings).warnings


def test_detected_languages_are_said_to_be_so(planted_findings):
    assert "languages_detected" in make_report(planted_findings).warnings
    given = replace(planted_findings, corpus=replace(planted_findings.corpus, detected=False))
    assert "languages_detected" not in make_report(given).warnings


def test_it_is_said_where_nobody_knows_who_agreed_to_be_quoted(planted_findings):
    assert "consent_unknown" in make_report(planted_findings).warnings
    known = replace(planted_findings, corpus=replace(planted_findings.corpus, consent_known=True))
    assert "consent_unknown" not in make_report(known).warnings


def test_a_person_of_both_languages_is_counted_once_in_all(planted):
    ids = [f"p{i // 2}" for i in range(120)]
    corpus = build_corpus(planted["text"], ids=ids, languages=planted["language"])
    findings = find_themes(corpus, Settings(engine="tfidf", themes=3), _silent)
    report = make_report(findings)
    assert report.people == 60
    assert [t.people for t in report.themes] == [t.people if t.people >= 5 else None for t in findings.themes]


def test_what_was_set_aside_is_counted_by_reason(planted):
    texts = [*planted["text"], *[""] * 7, *["Rien à ajouter"] * 6]
    corpus = build_corpus(texts)
    report = make_report(find_themes(corpus, Settings(engine="tfidf", themes=3), _silent))
    assert (report.set_aside, report.set_aside_total) == ({"empty": 7, "says_nothing": 6}, 13)


def test_a_group_that_nobody_gave_is_a_column_of_its_own(planted_findings):
    groups = pd.DataFrame({"group": [""] * 40 + ["x"] * 80}, index=planted_findings.corpus.rows.index, dtype="str")
    corpus = replace(planted_findings.corpus, groups=groups)
    report = make_report(replace(planted_findings, corpus=corpus))
    assert report.tables[1].values == ("x", "")
