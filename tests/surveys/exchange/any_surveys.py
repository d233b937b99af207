"""Surveys drawn at random, with every type of question: of the right shape, and no more sense than that needs."""

from hypothesis import strategies as st

from surveys.definition import Check, Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.question_type import SpecialValue

TYPES = (
    *("short_text", "long_text", "number", "date", "text_block", "consent", "yes_no", "single_choice"),
    *("several_choices", "scale", "ranking", "matrix", "points", "best_worst", "pairwise"),
)
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_PIECES = st.sampled_from(
    ["${q}", "${q|you}", "{de |d’}${q.c}", "${", "_x0041_", "<b>", "&amp;", "=1+1", " \n", "\u202e😀"]
)
_TEXTS = _WORDS | st.lists(_WORDS | _PIECES, max_size=3).map("".join)
TEXT = st.builds(Localised, _TEXTS, _TEXTS)
CODES = st.from_regex(r"[a-z][a-z0-9_]{0,4}", fullmatch=True) | st.sampled_from(["q", "meta", "name", "introduction"])
CONDITIONS = st.sampled_from(
    ["", "", "${q} = 'c'", "not(selected(${q}, 'c'))", "${q} > 3 or ${meta} != ''", "${q.c} = 1", "${", "concat(1)"]
)
_SETTINGS = {
    "short_text": {"maximum": st.integers(-1, 900)},
    "long_text": {"maximum": st.integers(1, 900)},
    "number": {
        **{name: st.integers(-(10**13), 10**13) for name in ("minimum", "maximum")},
        "decimals": st.integers(0, 3),
        "unit": TEXT,
    },
    "date": {name: st.sampled_from(["2026-01-31", "2027-02-30", "'"]) for name in ("minimum", "maximum")},
    "single_choice": {"has_other": st.booleans(), "other_label": TEXT},
    "several_choices": {
        **{name: st.integers(0, 5) for name in ("minimum", "maximum")},
        "has_other": st.booleans(),
        "other_label": TEXT,
    },
    "scale": {"points": st.integers(1, 12), "low": TEXT, "high": TEXT},
    "ranking": {"minimum": st.integers(0, 4), "maximum": st.integers(0, 4), "ties": st.booleans()},
    "points": {"total": st.integers(0, 1000), "unit": TEXT},
    "best_worst": {"set_size": st.integers(2, 4), "sets": st.integers(1, 4), "seed": st.integers(0, 9), "best": TEXT},
    "pairwise": {"pairs": st.integers(1, 4), "seed": st.integers(0, 9), "forced": st.booleans()},
}
_CHOICES = st.lists(
    st.builds(Choice, CODES, TEXT, st.booleans(), st.booleans(), CONDITIONS),
    max_size=5,
    unique_by=lambda choice: choice.code,
).map(tuple)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw a question of any type."""
    kind = draw(st.sampled_from(TYPES))
    settings = draw(st.fixed_dictionaries({}, optional=_SETTINGS.get(kind, {})))
    has_choices = kind in {"single_choice", "several_choices", "ranking", "matrix", "points", "best_worst", "pairwise"}
    return Question(
        draw(CODES),
        kind,
        *(draw(TEXT) for _ in range(3)),
        required=draw(st.booleans()),
        offers=draw(st.lists(st.sampled_from([*map(str, SpecialValue)]), unique=True).map(tuple)),
        settings=tuple(sorted(settings.items())),
        choices=draw(_CHOICES) if has_choices else (),
        rows=draw(_CHOICES) if kind == "matrix" else (),
        standard=draw(_WORDS),
        show_if=draw(CONDITIONS),
        sensitive=draw(st.booleans()),
        random_order=draw(st.booleans()),
    )


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Draw a survey whose codes can serve as names; texts may be missing, and conditions mean nothing."""
    asked = draw(st.lists(questions(), max_size=6, unique_by=lambda question: question.code))
    codes = draw(st.lists(CODES, min_size=1, max_size=3, unique=True))
    cuts = sorted(draw(st.integers(0, len(asked))) for _ in codes[1:])
    sections = []
    for code, start, end in zip(codes, [0, *cuts], [*cuts, len(asked)], strict=True):
        sections.append(Section(code, draw(TEXT), draw(TEXT), tuple(asked[start:end]), draw(CONDITIONS)))
    check = st.builds(Check, CODES, CONDITIONS, TEXT)
    checks = draw(st.lists(check, max_size=2, unique_by=lambda each: each.code).map(tuple))
    return Survey(draw(CODES), draw(TEXT), draw(TEXT), tuple(sections), checks)
