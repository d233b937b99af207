"""Each language grouped by itself: how themes are shared out, and that telling languages apart gains nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score

from analysis.clusters import cluster
from analysis.corpus import build_corpus
from analysis.errors import AnalysisError
from analysis.language_by_language import Parts, group_parts, languages_of, number_of_themes, place_parts
from analysis.pipeline import find_themes
from analysis.placing import place_ideas
from analysis.settings import Settings
from analysis.stability import Ground, agreement_curve


def _silent(*_told: object) -> None:
    pass


def _group(values, k, seed):
    return cluster(values, k, seed, 3).labels


def _parts(*sizes):
    languages = np.repeat(["en", "fr", "xx"][: len(sizes)], sizes)
    return Parts.of(np.arange(sum(sizes)), np.arange(sum(sizes)), languages.tolist() if len(sizes) > 1 else None)


@given(st.lists(st.integers(10, 500), min_size=1, max_size=3), st.integers(2, 100))
def test_themes_are_shared_out_by_answers_two_to_each_language_at_least(sizes, number):
    parts = _parts(*sizes)
    shares = parts.share_out(number)
    if len(sizes) == 1:
        assert shares == (number,)
        return
    assert sum(shares) == max(number, 2 * len(sizes))
    assert min(shares) >= 2
    for share, size in zip(shares, sizes, strict=True):
        wanted = size / sum(sizes) * sum(shares)
        # more than one off only where the least of two took it or gave it
        assert abs(share - wanted) < 1 or share == 2 or 2 in shares
    ordered = [share for _, share in sorted(zip(sizes, shares, strict=True))]
    assert ordered == sorted(ordered) or len(set(sizes)) < len(sizes)


def test_groups_of_one_part_are_those_of_all_rows_together(blobs):
    values, _ = blobs(20, 20, 20)
    parts, people = _parts(60), np.arange(60)
    found, usual = group_parts(values, parts, 3, 1, people), cluster(values, 3, 1, people=people)
    np.testing.assert_array_equal(found.labels, usual.labels)
    np.testing.assert_array_equal(found.centres, usual.centres)
    placed = place_parts(values, values, np.arange(60), parts, found)
    again = place_ideas(values, values, np.arange(60), usual.centres, usual.labels)
    for name, array in vars(again).items():
        np.testing.assert_array_equal(getattr(placed, name), array)


def test_no_group_holds_two_parts_even_where_they_say_the_same(blobs):
    values, planted = blobs(20, 20, 20)
    languages = np.where(np.arange(60) % 2, "fr", "en").tolist()
    parts = Parts.of(np.arange(60), np.arange(60), languages)
    found = group_parts(values, parts, 6, 1, np.arange(60))
    placed = place_parts(values, values, np.arange(60), parts, found)
    spoken = languages_of(placed.labels, languages)
    assert [spoken[label] for label in placed.labels] == languages
    assert sorted(spoken) == ["en"] * 3 + ["fr"] * 3
    for language in ("en", "fr"):
        own = np.array(languages) == language
        assert adjusted_mutual_info_score(planted[own], placed.labels[own]) == pytest.approx(1.0)


def test_noise_in_two_languages_does_not_seem_to_come_back_because_languages_do(noise):
    languages = np.where(np.arange(300) % 2, "fr", "en")
    apart = np.hstack([noise * (languages == "fr")[:, None], noise * (languages == "en")[:, None]])
    parts = Parts.of(np.arange(300), np.arange(300), languages.tolist())
    choice, curve = number_of_themes(apart, parts, None, 1, _group, _silent)
    assert choice.ground == Ground.NONE_COMES_BACK

    def group_apart(values, k, seed):
        spoken = np.where(values[:, :20].any(axis=1), "fr", "en").tolist()
        rows = np.arange(len(values))
        return group_parts(values, Parts.of(rows, rows, spoken), k, seed, rows).labels

    # the control: the same groups compared all together, languages always coming back among them
    together = agreement_curve(apart, [4, 6, 8], 1, group_apart, _silent)
    alone = {point.themes: point.agreement for point in curve}
    assert all(point.agreement > alone[point.themes] + 0.1 for point in together)


def test_a_number_under_two_for_each_language_is_raised_and_said_so(blobs):
    values, _ = blobs(20, 20, 20)
    choice, curve = number_of_themes(values, _parts(30, 30), 3, 1, _group, _silent)
    assert (choice.themes, choice.ground, curve) == (4, Ground.TWO_EACH, ())
    assert number_of_themes(values, _parts(30, 30), 4, 1, _group, _silent)[0].ground == Ground.ASKED_FOR
    with pytest.raises(AnalysisError) as caught:
        number_of_themes(values[:24], _parts(12, 12), 100, 1, _group, _silent)
    assert caught.value.code == "settings.too_many_themes"


def test_rows_in_another_order_give_the_same_themes_of_each_language(planted):
    order = [int(i) for i in np.random.default_rng(6).permutation(120)]
    straight, shuffled = (
        find_themes(
            build_corpus([planted["text"][i] for i in rows], languages=[planted["language"][i] for i in rows]),
            Settings(engine="tfidf", themes=10),
            _silent,
        )
        for rows in (range(120), order)
    )
    theme = dict(zip(shuffled.rows.tolist(), shuffled.labels.tolist(), strict=True))
    place = {row: at for at, row in enumerate(order)}
    again = [theme[place[row]] for row in straight.rows.tolist()]
    assert adjusted_mutual_info_score(straight.labels, again) == pytest.approx(1.0)
    assert [pair.closeness for pair in straight.pairs] == [pair.closeness for pair in shuffled.pairs]
