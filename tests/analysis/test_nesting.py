"""Parts of a theme: found where they are, not made where there are none."""

from dataclasses import replace

import numpy as np
from sklearn.preprocessing import normalize

from analysis.clusters import cluster
from analysis.corpus import build_corpus
from analysis.nesting import FEWEST_PEOPLE, part_theme
from analysis.pipeline import find_themes
from analysis.report import _named_parts, make_report
from analysis.settings import Settings


def _group(vectors, number, seed):
    return cluster(vectors, number, seed, 3).labels


def _part(vectors, people=None, stability=0.9):
    numbers = np.arange(len(vectors))
    return part_theme(vectors, numbers if people is None else people, numbers, stability, 1, _group)


def test_parts_that_are_there_are_found(blobs):
    vectors, planted = blobs(40, 25, 15)
    parts = _part(vectors)
    assert [len(np.unique(planted[parts == part])) for part in range(3)] == [1, 1, 1]
    assert np.bincount(parts).tolist() == [40, 25, 15]


def test_the_order_of_rows_changes_nothing(blobs):
    vectors, _ = blobs(40, 25)
    order = np.random.default_rng(5).permutation(len(vectors))
    assert _part(vectors)[order].tolist() == _part(vectors[order]).tolist()


def test_there_are_none_in_noise():
    rng = np.random.default_rng(4)
    found = [_part(normalize(rng.normal(size=(80, 20)))) for _ in range(10)]
    assert sum(parts is not None for parts in found) <= 1


def test_small_themes_and_those_that_do_not_hold_are_left_alone(blobs):
    vectors, planted = blobs(40, 25)
    assert _part(vectors) is not None
    assert _part(vectors, stability=0.5) is None
    assert _part(vectors, people=np.arange(len(vectors)) % (FEWEST_PEOPLE - 1)) is None
    # a part that two people fill with what they repeat
    assert _part(vectors, people=np.where(planted == 1, np.arange(65) % 2, np.arange(65))) is None


def test_a_small_part_is_not_proposed(blobs):
    vectors, _ = blobs(40, 6)
    assert _part(vectors) is None


def test_a_large_theme_is_shown_with_its_parts_and_none_is_counted_in_public(planted):
    corpus = build_corpus(planted["text"], languages=planted["language"])
    found = find_themes(corpus, Settings(themes=2), lambda step, done, total: None)
    report = make_report(found)
    assert found.parts
    for number, parts in found.parts.items():
        theme = found.themes[number - 1]
        assert set().union(*(part.rows for part in parts)) == set(theme.rows)
        assert max(part.people for part in parts) <= theme.people <= sum(part.people for part in parts)
        assert [part.people for part in parts] == sorted((part.people for part in parts), reverse=True)
        assert all(part.quotes == () for part in parts)
    hidden = replace(report.themes[0], people=None)
    assert _named_parts(found, hidden) == ()
    for number, parts in report.parts.items():
        assert len(parts) == len(found.parts[number])
        theme = report.themes[number - 1]
        assert all(theme.names[code].label or not name.label for names in parts for code, name in names.items())
