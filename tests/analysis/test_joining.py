"""New answers join earlier themes: what a group of vectors fits, and whole answers through the pipeline."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import normalize

from analysis.corpus import build_corpus
from analysis.errors import AnalysisError
from analysis.joined import join_themes
from analysis.joining import Earlier, centres_of, fit_new
from analysis.pipeline import find_themes
from analysis.settings import Settings

_OFF_TOPIC = [
    ("The wind turbines behind the village are far too noisy", "en"),
    ("Les éoliennes derrière le village font trop de bruit", "fr"),
    ("Noise from the wind turbines keeps us awake", "en"),
    ("Le bruit des éoliennes nous empêche de dormir", "fr"),
    ("Too much noise from turbines when the wind blows", "en"),
    ("Quand le vent souffle, le bruit des éoliennes est trop fort", "fr"),
    ("Stop building noisy wind turbines", "en"),
]


def _silent(step, done, total):
    """Tell nobody."""


def _around(centre, number, rng, spread=0.05):
    return normalize(np.eye(12)[[centre] * number] + rng.normal(0, spread, (number, 12)))


def _earlier(findings, rows):
    where = findings.ideas[["row", "starts_at", "ends_at"]].itertuples(index=False, name=None)
    labels = findings.labels.tolist()
    return Earlier(
        rows=rows,
        main={row: theme for row, theme, main in zip(findings.rows, labels, findings.is_main, strict=True) if main},
        places=dict(zip(where, labels, strict=True)),
        names=tuple(theme.names for theme in findings.themes),
        stability=tuple(theme.stability for theme in findings.themes),
        ground=str(findings.choice.ground),
    )


def _themes_of(findings):
    """All themes of each row, and its main one."""
    every, main = {}, {}
    for row, theme, is_main in zip(findings.rows.tolist(), findings.labels.tolist(), findings.is_main, strict=True):
        every.setdefault(row, set()).add(theme)
        if is_main:
            main[row] = theme
    return every, main


@pytest.fixture(scope="module", params=["auto", "tfidf"])
def found(request, planted):
    """The themes of the first ninety planted answers, and the thirty that are left."""
    chosen = Settings(themes=8, engine=request.param)
    first = find_themes(build_corpus(planted["text"][:90], languages=planted["language"][:90]), chosen, _silent)

    def join(texts, languages):
        corpus = build_corpus([*planted["text"][:90], *texts], languages=[*planted["language"][:90], *languages])
        return join_themes(corpus, _earlier(first, 90), replace(chosen, themes=None), _silent)

    return first, join, list(zip(planted["text"], planted["language"], strict=True))


def test_what_lies_with_a_theme_fits_and_what_lies_apart_does_not():
    rng = np.random.default_rng(3)
    said = np.vstack([_around(0, 40, rng), _around(1, 40, rng)])
    labels = np.repeat([0, 1], 40)
    new = np.vstack([_around(0, 20, rng), _around(1, 20, rng), _around(5, 6, rng, 0.03), _around(7, 1, rng)])
    placed = np.concatenate([np.repeat([0, 1], 20), [0] * 7])
    fit = fit_new(said, labels, new, placed, np.arange(47))
    assert fit.fits[:40].mean() >= 0.9
    assert not fit.fits[40:].any()
    assert fit.group[40:].tolist() == [0] * 6 + [-1]
    # six times one person is no group
    alone = fit_new(said, labels, new, placed, np.concatenate([np.arange(40), [99] * 7]))
    assert (alone.group == -1).all()
    assert not alone.fits[40:].any()


@given(seed=st.integers(0, 2**16), turned=st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_new_answers_changes_nothing(seed, turned):
    rng = np.random.default_rng(seed)
    said, labels = np.vstack([_around(c, 25, rng, 0.3) for c in range(3)]), np.repeat([0, 1, 2], 25)
    new = np.vstack([_around(c, 8, rng, 0.3) for c in (0, 1, 2, 6)])
    placed = (new @ centres_of(said, labels, 3).T).argmax(axis=1)
    people = np.arange(len(new))
    order = list(range(len(new)))
    turned.shuffle(order)
    one, other = (fit_new(said, labels, new[o], placed[o], people[o]) for o in (list(range(len(new))), order))
    assert one.fits[order].tolist() == other.fits.tolist()
    assert one.group[order].tolist() == other.group.tolist()


def test_the_same_answers_join_the_themes_that_they_had(found):
    first, join, answers = found
    joined = join(*zip(*answers[:90], strict=True))
    every, main = _themes_of(joined)
    had, had_main = _themes_of(first)
    assert {row: every[row] for row in had} == had
    assert {row: main[row] for row in had} == had_main
    again = [main.get(row + 90) == theme for row, theme in had_main.items()]
    assert np.mean(again) >= 0.95
    assert joined.joining.possible == ()
    assert [theme.names for theme in joined.themes] == [theme.names for theme in first.themes]
    assert [theme.number for theme in joined.themes] == [theme.number for theme in first.themes]


def test_new_answers_are_counted_and_their_order_changes_nothing(found):
    first, join, answers = found
    new = answers[90:]
    one, other = join(*zip(*new, strict=True)), join(*zip(*new[::-1], strict=True))
    every, turned = _themes_of(one)[0], _themes_of(other)[0]
    assert {row: every.get(90 + row) for row in range(30)} == {29 - row: turned.get(90 + row) for row in range(30)}
    assert one.joining.joined + one.joining.none >= 27
    assert one.joining.joined >= 20
    assert [theme.people for theme in one.themes] == [theme.people for theme in other.themes]
    assert sum(theme.people for theme in one.themes) > sum(theme.people for theme in first.themes)
    assert one.joining.possible == ()


@pytest.mark.parametrize("found", ["auto"], indirect=True)
def test_what_several_people_say_of_something_else_is_perhaps_a_new_theme(found):
    first, join, answers = found
    joined = join(*zip(*[*answers[90:], *_OFF_TOPIC], strict=True))
    (possible,) = joined.joining.possible
    assert set(possible.rows) <= set(range(120, 127))
    assert possible.people >= 5
    assert "noise" in possible.names["en"].label.casefold() or "turbines" in possible.names["en"].label.casefold()
    assert not set(joined.rows) & set(range(120, 127))
    assert (joined.corpus.rows["set_aside"].iloc[120:] == "fits_none").all()
    assert len(joined.themes) == len(first.themes)


def test_a_theme_whose_answers_are_all_gone_cannot_be_joined(found):
    first, _, answers = found
    gone = set(first.themes[0].rows.tolist())
    texts, languages = zip(*[("" if row in gone else t, s) for row, (t, s) in enumerate(answers)], strict=True)
    corpus = build_corpus(texts, languages=list(languages))
    with pytest.raises(AnalysisError) as refused:
        join_themes(corpus, _earlier(first, 90), first.settings, _silent)
    assert refused.value.code == "join.theme_empty"
