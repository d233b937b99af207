"""What a run stores of an answer with several ideas: each with its place, its theme or its reason."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.corpus import build_corpus
from analysis.pipeline import find_themes
from analysis.settings import Settings
from consult.tasks.run_results import make_results

_STORED = "  {one}.\n\nJe ne sais pas quoi dire.  {other} "


@pytest.fixture(scope="module")
def stored(planted):
    """Answers as they are stored, the first with two ideas and one that says nothing, and what a run keeps of them."""
    texts = list(planted["text"])
    french = [i for i, language in enumerate(planted["language"]) if language == "fr"]
    meals = next(i for i in french if planted["topic"][i] == "food")
    parking = next(i for i in french if planted["topic"][i] == "parking")
    texts[meals] = _STORED.format(one=texts[meals].rstrip("."), other=texts[parking])
    texts.append("idem")
    keys = [f"key{i}" for i in range(len(texts))]
    frame = pd.DataFrame({"id": keys, "person": keys, "text": texts, "group": "citizen", "channel": "web"})
    frame["language"] = [*planted["language"], "fr"]
    corpus = build_corpus(texts, ids=keys, languages=frame["language"].tolist())
    findings = find_themes(corpus, Settings(engine="sentence", themes=5), lambda step, done, total: None)
    return meals, frame, make_results(findings, frame, {})


def test_each_idea_has_its_place_in_the_stored_text_and_its_theme_or_its_reason(stored):
    row, frame, results = stored
    ideas = [each for each in results.assignments if each.contribution_id == f"key{row}"]
    text = frame["text"][row]
    assert [each.unit for each in ideas] == [0, 1, 2]
    assert [text[each.starts_at : each.ends_at] for each in ideas] == [
        text.split("\n")[0].strip(),
        "Je ne sais pas quoi dire.",
        text.split("dire.")[1].strip(),
    ]
    assert [each.reason for each in ideas] == [None, "says_nothing", None]
    assert ideas[0].theme != ideas[2].theme
    assert ideas[1].theme is None


def test_every_contribution_is_there_with_a_theme_or_a_reason(stored):
    _, frame, results = stored
    assert {each.contribution_id for each in results.assignments} == set(frame["id"])
    assert all((each.theme is None) == (each.reason is not None) for each in results.assignments)
    aside = [each for each in results.assignments if each.contribution_id == "key120"]
    assert [(each.unit, each.reason, each.starts_at) for each in aside] == [(0, "says_nothing", None)]
    places = [(each.contribution_id, each.unit) for each in results.assignments]
    assert len(places) == len(set(places))


def test_counts_are_of_people_and_contributions_once_in_each_theme(stored):
    _, _, results = stored
    for theme in results.themes:
        inside = {each.contribution_id for each in results.assignments if each.theme == theme.number}
        assert theme.counts["people"] == theme.counts["contributions"] == len(inside)
        assert 0 <= theme.counts["firm_people"] <= theme.counts["people"]
    assert results.summary["people"] == results.summary["contributions"] == 120
    assert sum(theme.counts["people"] for theme in results.themes) > 120


def test_quotes_are_in_the_stored_words(stored):
    _, frame, results = stored
    text = dict(zip(frame["id"], frame["text"], strict=True))
    assert results.quotes
    assert all(quote.text and quote.text in text[quote.contribution_id] for quote in results.quotes)


def test_what_is_weakly_attached_is_kept_by_its_key_in_no_order_that_tells(planted_findings):
    keys = [f"key{(7 * i) % 120:03}" for i in range(120)]
    frame = planted_findings.corpus.rows[["text", "language"]].assign(
        id=keys, person=keys, group="citizen", channel="web"
    )
    is_weak = planted_findings.rows % 3 == 0
    results = make_results(replace(planted_findings, is_weak=is_weak), frame, {})
    for theme, found in zip(results.themes, planted_findings.themes, strict=True):
        assert theme.counts["weak"] == sorted(keys[row] for row in found.rows if row % 3 == 0)
    assert results.summary["weak_ideas"] == is_weak.sum() > 0


def test_a_theme_keeps_the_weights_of_its_words_and_the_number_of_the_nearest(stored):
    _, _, results = stored
    numbers = {theme.number for theme in results.themes}
    for theme in results.themes:
        for language, terms in theme.terms.items():
            assert len(theme.counts["weights"][language]) == len(terms)
        assert theme.counts["nearest"] in {None, *numbers} - {theme.number}
        assert theme.counts["spoken"] == ""


def test_the_reasons_of_ideas_that_were_set_aside_are_counted(stored):
    _, _, results = stored
    assert results.summary["ideas_set_aside"] == {"says_nothing": 1}
    assert results.summary["set_aside"] == {"says_nothing": 1}


def test_a_campaign_is_kept_in_numbers_and_by_a_key_never_in_words(planted):
    letter = "Nous demandons que la clinique du village reste ouverte le soir parce que l’hôpital est trop loin d’ici"
    texts = [*planted["text"], *[letter] * 6]
    keys = [f"key{i}" for i in range(len(texts))]
    frame = pd.DataFrame({"id": keys, "person": keys, "text": texts, "group": "citizen", "channel": "web"})
    frame["language"] = [*planted["language"], *["fr"] * 6]
    corpus = build_corpus(texts, ids=keys, languages=frame["language"].tolist())
    findings = find_themes(corpus, Settings(engine="tfidf", themes=10), lambda step, done, total: None)
    results = make_results(findings, frame, {})
    (campaign,) = results.summary["campaigns"]
    assert (campaign["people"], campaign["contribution"]) == (6, "key120")
    assert [people - left for _, people, left in campaign["themes"]] == [6]
    assert "clinique" not in str(results.summary)
    # by words alone, each theme has its language; a run is made with the best engine there is
    assert {theme.counts["spoken"] for theme in results.themes} == {"fr", "en"}
    assert {"by_language", "no_encoder"} <= set(results.summary["warnings"])
    spoken = {theme.number: theme.counts["spoken"] for theme in results.themes}
    assert results.summary["pairs"]
    assert all((spoken[fr], spoken[en]) == ("fr", "en") for fr, en in results.summary["pairs"])
