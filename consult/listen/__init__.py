"""Focus groups and interviews: sessions and their notes."""

from consult.listen import guides, importing, notes, session_form, sessions, slip, slip_print
from consult.listen.blueprint import blueprint

# Imported for their routes.
PAGES = (guides, importing, notes, session_form, sessions, slip, slip_print)

__all__ = ["blueprint"]
