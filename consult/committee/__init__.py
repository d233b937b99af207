"""The steering committee's pages: what people said and how they ranked, in numbers that point at nobody."""

from consult.committee import (
    board,
    board_changes,
    board_readers,
    board_split,
    board_theme,
    coding,
    coding_files,
    coding_screen,
    consultations,
    decisions,
    meetings,
    merging,
    rankings,
    report,
    rules,
    themes,
    what_if,
)
from consult.committee.blueprint import blueprint

# Imported for their routes.
PAGES = (
    board,
    board_changes,
    board_readers,
    board_split,
    board_theme,
    coding,
    coding_files,
    coding_screen,
    consultations,
    decisions,
    meetings,
    merging,
    rankings,
    report,
    rules,
    themes,
    what_if,
)

__all__ = ["blueprint"]
