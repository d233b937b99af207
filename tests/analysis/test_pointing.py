"""Which words a person is led to before a text is shown, and which capitals are only places."""

import pytest

from analysis.personal import Kind
from analysis.pointing import find_pointing


def _found(text):
    return [(each.kind, text[each.start : each.end]) for each in find_pointing(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appelez Thérèse Gagnon.", [(Kind.NAME, "Thérèse Gagnon")]),
        ("Ask John Smith about it.", [(Kind.NAME, "John Smith")]),
        ("le docteur Roy était là", [(Kind.NAME, "docteur Roy")]),
        ("Je m’appelle Ximena Quispe et j’attends.", [(Kind.NAME, "Ximena Quispe")]),
        ("my name is Li", [(Kind.NAME, "Li")]),
        ("au 514 555-1234", [(Kind.TELEPHONE, "514 555-1234")]),
        ("a.b@example.org", [(Kind.EMAIL, "a.b@example.org")]),
        ("Je suis la seule infirmière du village.", [(Kind.RARE, "Je suis la seule infirmière du village")]),
        ("I am the only midwife here.", [(Kind.RARE, "I am the only midwife here")]),
        ("My mother is 97 years old.", [(Kind.RARE, "97 years old")]),
        ("Ma mère a 97 ans.", [(Kind.RARE, "97 ans")]),
        ("C’était le 3 mars 2024.", [(Kind.RARE, "3 mars 2024")]),
        ("On March 3rd, 2024 it closed.", [(Kind.RARE, "March 3rd, 2024")]),
        ("une maladie rare", [(Kind.RARE, "maladie rare")]),
    ],
)
def test_it_finds_forms_names_and_what_happens_to_few(text, expected):
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "À l’hôpital Pierre Boucher, on attend.",
        "Lac Clair et Vieux Port sont loin.",
        "The Great Heron Network should open on Saturdays.",
        "Le CLSC de Gaspé est fermé.",
        "Ma mère a 67 ans.",
        "Ouvert en mars 2024.",
        "the only thing that helps",
        "",
    ],
)
def test_places_programmes_and_common_things_are_left_alone(text):
    assert _found(text) == []


def test_a_long_text_is_read_in_pieces_and_the_marks_are_places_in_the_whole():
    text = "Rien à dire. " * 1_000 + "Appelez le 514 555-1234."
    assert _found(text) == [(Kind.TELEPHONE, "514 555-1234")]
    assert find_pointing("Anna Roy " * 10_000)  # in well under a second: pieces, not the square of the whole
