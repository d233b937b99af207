"""The steering committee's pages: what people said and how they ranked, in numbers that point at nobody."""

from consult.committee import consultations, rankings, themes
from consult.committee.blueprint import blueprint

# Imported for their routes.
PAGES = (consultations, rankings, themes)

__all__ = ["blueprint"]
