"""The two labels of a theme say the same: chosen together, near to one another and far from those of other themes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.label_pairs import pair_labels
from analysis.naming import Label, Name

_AXES = {"eau": 0, "water": 0, "feu": 1, "fire": 1, "air": 2, "wind": 2}


def _place(texts, language):
    """Words that mean the same lie on the same axis; what is not known lies on its own."""
    del language
    vectors = np.zeros((len(texts), 4))
    for i, text in enumerate(texts):
        vectors[i, _AXES.get(text.casefold(), 3)] = 1.0
    return vectors


def _name(**worth):
    labels = sorted((Label(text, value, ((text,),)) for text, value in worth.items()), key=lambda label: -label.worth)
    return Name(labels[0].text.capitalize(), (), tuple(labels))


def _labels(names):
    return {language: [name.label for name in of] for language, of in names.items()}


def test_of_two_good_labels_the_one_that_the_other_language_shares_is_taken():
    names = {"fr": [_name(eau=1.0, terre=1.1)], "en": [_name(water=1.0, sky=1.1)]}
    assert _labels(names) == {"fr": ["Terre"], "en": ["Sky"]}  # the control: alone, each takes its best
    # "terre" and "sky" lie on the same unknown axis: nearness alone would do as well, so make them unlike
    _AXES["sky"] = 2
    assert _labels(pair_labels(names, _place)) == {"fr": ["Eau"], "en": ["Water"]}
    del _AXES["sky"]


def test_no_label_is_nearer_to_another_themes_than_to_its_own():
    names = {"fr": [_name(eau=1.0), _name(eau=1.2, feu=1.0)], "en": [_name(water=1.0), _name(fire=1.0, water=1.2)]}
    assert _labels(pair_labels(names, _place)) == {"fr": ["Eau", "Feu"], "en": ["Water", "Fire"]}


def test_a_theme_without_a_label_in_one_language_keeps_the_other():
    names = {"fr": [_name(eau=1.0), Name("", ())], "en": [Name("", ()), _name(fire=1.0)]}
    assert _labels(pair_labels(names, _place)) == {"fr": ["Eau", ""], "en": ["", "Fire"]}


def test_one_language_alone_is_left_as_it_is():
    names = {"fr": [_name(eau=1.0)], "en": [Name("", ())]}
    assert pair_labels(names, _place) == names


_WORDS = st.dictionaries(st.sampled_from([*_AXES, "x", "y", "z"]), st.floats(0, 2), min_size=1, max_size=4)


@given(st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=5))
def test_a_label_is_one_of_those_that_were_weighed_and_the_same_each_time(themes):
    names = {"fr": [_name(**ours) for ours, _ in themes], "en": [_name(**theirs) for _, theirs in themes]}
    chosen = pair_labels(names, _place)
    for language, of in chosen.items():
        for before, after in zip(names[language], of, strict=True):
            assert after.label.casefold() in {label.text for label in before.others}
    assert pair_labels(names, _place) == chosen
