"""Answering a survey, and what a receipt gives."""

from consult.respond import landing, links, questions, receipts, results, sending
from consult.respond.blueprint import blueprint

__all__ = ["blueprint", "landing", "links", "questions", "receipts", "results", "sending"]
