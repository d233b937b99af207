"""Long texts that several people sent in nearly the same words are found, short ones and other texts are not."""

import numpy as np

from analysis.campaigns import find_campaigns

_LETTER = (
    "nous demandons au conseil de garder la maternite de notre hopital ouverte parce que les familles de la region "
    "ne doivent pas faire deux heures de route pour accoucher en securite pres de chez elles"
)
_OTHER = "le stationnement de l hopital coute trop cher et les visiteurs renoncent a venir voir leurs proches le soir"


def _found(texts, people=None):
    people = [str(i) for i in range(len(texts))] if people is None else people
    return [(campaign.rows, campaign.people) for campaign in find_campaigns(range(len(texts)), texts, people)]


def test_a_letter_that_three_people_sent_is_a_campaign():
    assert _found([_LETTER, _OTHER, _LETTER, _LETTER]) == [((0, 2, 3), 3)]


def test_two_people_or_one_person_three_times_are_none():
    assert _found([_LETTER, _LETTER]) == []
    assert _found([_LETTER] * 3, ["a", "a", "b"]) == []


def test_the_same_short_words_from_many_people_are_none():
    assert _found(["manque de medecins de famille"] * 30) == []
    assert _found([" ".join(_LETTER.split()[:14])] * 30) == []
    assert len(_found([" ".join(_LETTER.split()[:15])] * 30)) == 1  # the control: fifteen words are long


def test_near_copies_belong_to_it():
    near = [_LETTER.replace("deux", "2"), f"bonjour {_LETTER}", f"{_LETTER} merci a vous"]
    assert _found([_LETTER, _OTHER, *near]) == [((0, 2, 3, 4), 4)]


def test_half_of_the_words_are_no_near_copy():
    words = _LETTER.split()
    assert _found([_LETTER, _LETTER, " ".join([*words[:17], *_OTHER.split()])]) == []


def test_two_letters_are_two_campaigns_the_one_of_more_people_first():
    assert _found([_OTHER] * 3 + [_LETTER] * 4) == [((3, 4, 5, 6), 4), ((0, 1, 2), 3)]


def test_letters_are_found_among_thousands_of_other_texts():
    rng = np.random.default_rng(5)
    words = [f"mot{i}" for i in range(500)]
    texts = [" ".join(rng.choice(words, 25)) for _ in range(3_000)]
    texts[1_000], texts[2_000], texts[2_500] = _LETTER, f"{_LETTER} merci", _LETTER
    assert _found(texts) == [((1_000, 2_000, 2_500), 3)]


def test_the_order_of_the_rows_does_not_matter():
    """A chain of near copies, each a little further from the first: whichever comes first, the same ones are joined."""
    chain = [_LETTER]
    for word in ("deux", "heures", "route", "familles", "region"):
        chain.append(chain[-1].replace(word, word[::-1]))
    wanted = _joined(chain, range(len(chain)))
    assert any(len(texts) > 1 for texts in wanted)
    for seed in range(20):
        assert _joined(chain, np.random.default_rng(seed).permutation(len(chain))) == wanted


def _joined(texts, order):
    """Return the campaigns as sets of texts, each text sent by three people, in an order of the rows."""
    sent = [texts[at] for at in order for _ in range(3)]
    return {frozenset(sent[row] for row in rows) for rows, _ in _found(sent)}
