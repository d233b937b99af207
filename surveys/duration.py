"""How long a survey takes: an honest range, before anybody begins."""

from surveys.definition import Survey

# Seconds for a quick and for a slow person, reading included. Rough by intention: people write one word or a page.
_SECONDS = {
    "consent": (5, 15),
    "short_text": (10, 30),
    "long_text": (50, 100),
    "single_choice": (8, 20),
    "several_choices": (10, 30),
    "scale": (8, 20),
    "ranking": (40, 75),
}
_USUAL = (10, 30)


def estimate_minutes(survey: Survey) -> tuple[int, int]:
    """Return the minutes that a quick and a slow person take, at least 1 and 2; from 5 on in steps of 5."""
    quick, slow = (sum(_SECONDS.get(each.type, _USUAL)[at] for each in survey.questions) for at in (0, 1))
    low, high = max(1, round(quick / 60)), max(2, -(-slow // 60))
    return (low if low < 5 else 5 * (low // 5)), (high if high <= 5 else 5 * -(-high // 5))
