"""The first pages: the choice of language, the consultations that are open, and whether the server is well."""

from consult.home.routes import blueprint

__all__ = ["blueprint"]
