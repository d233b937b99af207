"""Answering a survey, and what a receipt gives."""

from consult.respond import (
    agreements,
    codes,
    corrections,
    kiosk,
    landing,
    links,
    questions,
    receipts,
    report,
    results,
    sending,
)
from consult.respond.blueprint import blueprint

__all__ = [
    "agreements",
    "blueprint",
    "codes",
    "corrections",
    "kiosk",
    "landing",
    "links",
    "questions",
    "receipts",
    "report",
    "results",
    "sending",
]
