"""Answering a survey, and what a receipt gives."""

from consult.respond import corrections, landing, links, questions, receipts, results, sending
from consult.respond.blueprint import blueprint

__all__ = ["blueprint", "corrections", "landing", "links", "questions", "receipts", "results", "sending"]
