"""The facilitator's pages: who has answered and who is missing, themes, dates, export, import."""

from consult.manage import (
    analysis,
    concerns,
    consultations,
    dashboard,
    exports,
    imports,
    lifecycle,
    paper,
    participation,
    priorities,
    quotes,
    themes,
)
from consult.manage.blueprint import blueprint

# Imported for their routes.
PAGES = (
    analysis,
    concerns,
    consultations,
    dashboard,
    exports,
    imports,
    lifecycle,
    paper,
    participation,
    priorities,
    quotes,
    themes,
)

__all__ = ["blueprint"]
