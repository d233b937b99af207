"""Responses as Google Forms gives them (CSV, or its sheet saved as XLSX): a column for each title.

The choices of a checkbox question stand in one cell, with a comma or a semicolon between them; "other" is whatever
text stands among them, or alone. A grid has a column for each row: ``Title [row]``.
"""

from typing import Final

from surveys.exchange.response_matching import Tool

GOOGLE_FORMS: Final = Tool(
    code="google_forms",
    signs=frozenset({"timestamp", "horodateur", "horodatage"}),
    sign_is_first=True,
    day=("timestamp", "horodateur", "horodatage"),
    respondent=("email address", "adresse e-mail", "adresse courriel", "username", "nom d'utilisateur"),
    noise=frozenset({"score", "total score", "note totale"}),
    separators=(", ", ";"),
    other_in_place=True,
)
# Where the days of a file do not tell, 03/04/2026 is read in the order of the language of its heading.
MONTHS_FIRST: Final = frozenset({"timestamp"})
