"""The buttons beside what is ranked: every press gives ranks that can be stored, and moves one choice only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_types.ranking import QUESTION_TYPE, display_order, move

_TEXT = Localised("Text", "Texte")
_CODES = "abcdef"
_RETIRED = "f"


def _question(**settings: int) -> Question:
    choices = tuple(Choice(code, _TEXT, retired=code == _RETIRED) for code in _CODES)
    return Question("q", "ranking", _TEXT, settings=tuple(sorted(settings.items())), choices=choices)


def _ranks(text: str) -> dict[str, str]:
    """Return the ranks of "a1 b b2": a code, and what was typed beside it."""
    return {word[0]: word[1:] for word in text.split()}


QUESTION = _question()
OFFERED = [choice.code for choice in QUESTION.offered_choices]

# As typed: ranks, gaps, the same rank twice, and what no list of ranks offers.
_TYPED = st.one_of(
    st.sampled_from(["", *"123456"]), st.sampled_from(["0", "-1", "99", "1000", "1.5", "²", "first", " 2 "])
)
_ANY_RANKS = st.dictionaries(st.sampled_from([*_CODES, "unknown"]), _TYPED)
_QUESTIONS = st.sampled_from([_question(), _question(maximum=3), _question(minimum=2, maximum=2)])
_CHOICES = st.sampled_from(OFFERED)
_DIRECTIONS = st.sampled_from(["up", "down"])


def _ranked(ranks: dict[str, str]) -> list[str]:
    return sorted((code for code, rank in ranks.items() if rank), key=lambda code: int(ranks[code]))


@pytest.mark.parametrize(
    ("before", "choice", "direction", "after"),
    [
        ("", "c", "up", "c1"),
        ("c1", "a", "up", "c1 a2"),
        ("c1 a2", "a", "up", "a1 c2"),
        ("a1 c2", "a", "up", "a1 c2"),
        ("a1 c2 e3", "a", "down", "c1 a2 e3"),
        ("a1 c2 e3", "e", "down", "a1 c2"),
        ("a1 c2 e3", "b", "down", "a1 c2 e3"),
        ("a1 c2 e4", "b", "up", "a1 c2 e3 b4"),
        ("a1 c2 e4", "e", "up", "a1 e2 c3"),
        ("a2 c2 e2", "c", "up", "c1 a2 e3"),
        ("a2 c2 e2", "e", "down", "a1 c2"),
        ("a99 c1", "a", "up", "a1 c2"),
        ("a0 b-1 c1.5 d", "a", "up", "a1"),
        ("f1 a2", "a", "up", "a1"),
        ("f1 a2", "f", "down", "a1"),
        ("a1 c2", "unknown", "up", "a1 c2"),
        ("a1 c3", "a", "sideways", "a1 c2"),
    ],
)
def test_one_press(before, choice, direction, after):
    expected = dict.fromkeys(OFFERED, "") | _ranks(after)
    assert move(QUESTION, _ranks(before), choice, direction) == expected


def test_no_more_are_ranked_than_the_question_takes():
    question = _question(maximum=2)
    assert _ranked(move(question, _ranks("a1"), "b", "up")) == ["a", "b"]
    assert _ranked(move(question, _ranks("a1 b2"), "c", "up")) == ["a", "b"]
    # typed into the lists: nothing is thrown away, the check says that they are too many
    assert _ranked(move(question, _ranks("a1 b2 c3"), "c", "up")) == ["a", "c", "b"]


@given(_QUESTIONS, _ANY_RANKS, _CHOICES, _DIRECTIONS)
def test_ranks_have_no_gap_and_only_the_choice_moves(question, ranks, choice, direction):
    moved = move(question, ranks, choice, direction)
    assert list(moved) == OFFERED
    before, after = display_order(question, ranks), _ranked(moved)
    assert [moved[code] for code in after] == [str(rank) for rank in range(1, len(after) + 1)]
    assert display_order(question, moved)[: len(after)] == after
    # the others stay, in the same order
    had_rank = {code for code in OFFERED if _ranked(move(question, ranks, "unknown", "up")).count(code)}
    assert [code for code in after if code != choice] == [
        code for code in before if code != choice and code in had_rank
    ]


@given(_QUESTIONS, _ANY_RANKS, _CHOICES, _DIRECTIONS)
def test_what_a_press_gives_is_accepted(question, ranks, choice, direction):
    moved = move(question, ranks, choice, direction)
    limit = question.number("maximum", len(OFFERED))
    typed = len(_ranked(move(question, ranks, "unknown", "up")))
    assert len(_ranked(moved)) <= max(limit, typed)
    checked = QUESTION_TYPE.check(question, QUESTION_TYPE.from_parts(question, moved), final=False)
    if len(_ranked(moved)) <= limit:
        assert checked.problems == ()
        assert (checked.value or {"ranking": []})["ranking"] == _ranked(moved)
    else:
        assert [problem.code for problem in checked.problems] == ["answer.too_many"]


@given(_ANY_RANKS, _CHOICES)
def test_up_and_down_undo_one_another(ranks, choice):
    start = move(QUESTION, ranks, "unknown", "up")
    up = move(QUESTION, start, choice, "up")
    if up != start:
        assert move(QUESTION, up, choice, "down") == start
    down = move(QUESTION, start, choice, "down")
    if down != start:
        assert move(QUESTION, down, choice, "up") == start


@given(st.permutations(OFFERED))
def test_pressing_up_from_first_to_last_ranks_in_that_order(wanted):
    ranks: dict[str, str] = {}
    for choice in wanted:
        ranks = move(QUESTION, ranks, choice, "up")
    assert display_order(QUESTION, ranks) == wanted


@given(_QUESTIONS, _ANY_RANKS)
def test_every_choice_is_displayed_once_the_ranked_first(question, ranks):
    order = display_order(question, ranks)
    assert sorted(order) == OFFERED
    ranked = _ranked(move(question, ranks, "unknown", "up"))
    assert order[: len(ranked)] == ranked
    assert order[len(ranked) :] == sorted(order[len(ranked) :])
    assert _RETIRED not in order
