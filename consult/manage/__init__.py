"""The facilitator's pages: who has answered and who is missing, themes, dates, export, import."""

from consult.manage import analysis, consultations, dashboard, exports, imports, lifecycle, paper, quotes, themes
from consult.manage.blueprint import blueprint

# Imported for their routes.
PAGES = (analysis, consultations, dashboard, exports, imports, lifecycle, paper, quotes, themes)

__all__ = ["blueprint"]
