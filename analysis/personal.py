"""What in a text could point at a person: addresses, telephone numbers, long numbers.

Used to keep such answers from being quoted. It finds forms, not meanings: a name without a title passes. A person still
reads every quote before it is published.
"""

import re

_FORMS = (
    re.compile(r"\S+@\S+\.\w+"),
    re.compile(r"https?://|www\.", re.IGNORECASE),
    re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)\d{3}[\s.-]\d{4}(?!\d)"),
    re.compile(r"\b[A-Za-z]{4}[\s-]?\d{4}[\s-]?\d{4}\b"),  # Québec health insurance number
    re.compile(r"(?:\d[\s-]?){8,}"),  # Ontario health card, social insurance and account numbers
    re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\s?\d[ABCEGHJ-NPRSTV-Z]\d\b", re.IGNORECASE),  # postal code
    # a title, however it is written, and a name with its capital: "le docteur Roy", "DR ROY", "Mr. O’Neil"
    re.compile(
        r"\b(?:M\.|(?i:mme|mlle|dre?|mrs?|ms|docteure?|doctor|madame|mademoiselle|monsieur)\b\.?)"
        r"\s+[A-ZÀÂÇÉÈÊËÎÏÔÙÛÜŒ][\w’'\-]+"
    ),
)


def points_at_a_person(text: str) -> bool:
    """Return whether the text holds a form that could identify somebody."""
    return any(form.search(text) for form in _FORMS)
