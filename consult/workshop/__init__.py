"""Workshops: phones in a room, a screen, and the facilitator who leads the rounds."""

from consult.workshop import leading, making, options, phone
from consult.workshop.blueprint import blueprint

# Imported for their routes.
PAGES = (leading, making, options, phone)

__all__ = ["blueprint"]
