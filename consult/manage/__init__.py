"""The facilitator's pages: who has answered and who is missing, dates, export, import."""

from consult.manage import consultations, dashboard, exports, imports, lifecycle
from consult.manage.blueprint import blueprint

# Imported for their routes.
PAGES = (consultations, dashboard, exports, imports, lifecycle)

__all__ = ["blueprint"]
