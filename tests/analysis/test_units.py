"""Ideas are cut where people end them, with offsets that hold, and what is doubtful stays whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.units import split_into_units


def _cut(text: str, language: str = "fr") -> list[str]:
    return [text[unit.start : unit.end] for unit in split_into_units(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "ideas"),
    [
        ("fr", "Le stationnement est cher. On attend des heures.", 2),
        ("fr", "le stationnement est cher. on attend des heures", 2),
        ("en", "Parking is far too expensive! The wait is long", 2),
        ("fr", "- manque de médecins\n- attente\n- stationnement", 3),
        ("fr", "manque de place\npas de médecin\nstationnement", 3),
        ("fr", "Le stationnement\r\n\r\nLes repas", 2),
        ("fr", "1. plus de médecins 2. moins d’attente 3) le stationnement", 3),
        ("en", "a) parking costs b) waiting times c) meals", 3),
        ("fr", "attente à l’urgence; stationnement ; repas froids", 3),
        ("en", "parking - waiting times - cold meals", 3),
        ("en", "• parking • waiting times", 2),
        ("fr", "Le personnel est gentil et très compétent, mais il manque de médecins dans la région.", 2),
        ("fr", "On attend des heures à l’urgence pour rien et le stationnement est trop cher pour nous.", 2),
        ("en", "The staff are wonderful and very kind but we wait too long for a family doctor here.", 2),
    ],
)
def test_several_ideas_are_cut(language, text, ideas):
    assert len(_cut(text, language)) == ideas


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Plus de médecins"),
        ("fr", "Stationnement."),
        ("fr", "M. Tremblay et Mme. Roy ont attendu avec le Dr. Côté de 8 h 30 à 15 h 45."),
        ("fr", "Il faut des lits, p. ex. à Laval, c.-à-d. 3.5 lits par étage, etc. pour tous"),
        ("en", "Dr. Smith and Mrs. O’Neil waited 3.5 hours, e.g. in the E.R. at night"),
        ("fr", "Plus de médecins et d’infirmières à l’hôpital et dans les CLSC de la région"),
        ("fr", "J’ai attendu et attendu mais personne"),  # too short to be two
        ("en", "Doctors and nurses who listen and who take the time to explain what they do to us"),
        ("fr", "Le stationnement - trop cher"),
        ("en", "Protecting the wetland forests and shorelines - all in our area - is crucial!"),
        ("en", "The land bank is unique in the nation and it shows that this community wants nature"),
        ("fr", "Oui! Plus de médecins"),
        ("fr", "Je pense que... le stationnement est cher"),
        ("fr", "J’ai attendu huit heures à l’urgence de l’hôpital de la région parce que\nle médecin était seul"),
        ("fr", "Le\nstationnement coûte cher"),
        ("en", "Open the clinic 24 hours a day (the staff agree and the patients need it badly) all year"),
        ("fr", "Le 1. janvier"),
        ("fr", "?"),
    ],
)
def test_one_idea_stays_whole(language, text):
    assert _cut(text, language) == [text]


def test_what_marks_an_item_is_no_part_of_it():
    assert _cut("  • Le stationnement ;\n 2) Les repas,\n") == ["Le stationnement", "Les repas"]
    assert _cut("- trop cher") == ["trop cher"]


def test_a_few_words_stay_with_what_follows_or_with_what_stands_before():
    assert _cut("Oui! Il faut plus de médecins. Le stationnement est cher. Merci.") == [
        "Oui! Il faut plus de médecins.",
        "Le stationnement est cher. Merci.",
    ]


def test_each_language_has_its_own_conjunctions():
    text = "The staff are wonderful and very kind but we wait too long for a family doctor here."
    assert (len(_cut(text, "en")), len(_cut(text, "fr")), len(_cut(text, "other"))) == (2, 1, 1)


@pytest.mark.parametrize(
    ("language", "text", "ideas"),
    [
        ("fr", "le stationnement" + " " * 100_000 + "est cher", 1),
        ("fr", "le stationnement," + "\t " * 50_000 + "est cher", 1),
        ("fr", "! " * 100_000 + "b", 1),
        ("fr", "!" * 100_000 + "b", 1),
        ("fr", "bla bla " + "et nous blabla " * 20_000, 1),
    ],
)
def test_a_long_text_of_repetitions_is_cut_and_stops_nobody(language, text, ideas):
    """Where it was read again at each of its places, each of these took minutes."""
    assert len(_cut(text, language)) == ideas


def test_spaces_and_signs_in_a_row_are_cut_as_one():
    assert _cut("repas  •  •  attente ;  ; lits  ;") == ["repas", "attente", "lits"]
    assert _cut("repas froids \t \n\n  attente") == ["repas froids", "attente"]
    assert _cut("repas   -   attente   -   lits") == ["repas", "attente", "lits"]


def test_a_blank_text_holds_nothing():
    assert split_into_units(" \n\t ", "fr") == ()


_WORDS = ["stationnement", "est", "cher", "et", "mais", "il", "manque", "we", "but", "need", "médecins", "M.", "8"]
_SIGNS = [
    ". ",
    "; ",
    "\n",
    "\n- ",
    "1. ",
    "2. ",
    " - ",
    "…",
    "! ",
    ", ",
    "(",
    ")",
    "«\u00a0",
    " •",
    "e\u0301",
    "🙂",
    "\r\n",
]
_WRITTEN = st.lists(st.sampled_from([*_WORDS, *_SIGNS]), max_size=40).map(" ".join)


@given(st.one_of(_WRITTEN, st.text(max_size=80)), st.sampled_from(["fr", "en", "other"]))
def test_units_are_in_order_disjoint_and_leave_no_word_out(text, language):
    units = split_into_units(text, language)
    assert bool(units) == bool(text.strip())
    assert all(0 <= unit.start < unit.end <= len(text) for unit in units)
    assert all(text[unit.start : unit.end] == text[unit.start : unit.end].strip() for unit in units)
    assert all(one.end <= other.start for one, other in pairwise(units))
    inside = {place for unit in units for place in range(*unit)}
    outside = [c if place not in inside else " " for place, c in enumerate(text)]
    # the number, letter or sign of an item is no word; anything longer outside would be one that was lost
    assert all(len(word.strip(".)(°º-")) <= 2 for word in "".join(outside).split() if any(map(str.isalnum, word)))


@given(_WRITTEN)
def test_cutting_an_idea_again_leaves_it_as_it_is_or_finds_finer_ones_inside(text):
    for unit in split_into_units(text, "fr"):
        part = text[unit.start : unit.end]
        assert "".join("".join(_cut(part)).split()) in "".join(part.split()) or len(_cut(part)) > 1
