"""Surveys to start from, complete in both languages: one JSON file each, to be rewritten by whoever uses it."""

from functools import cache
from pathlib import Path

from surveys.definition import Survey
from surveys.definition_reader import load_survey

# In the order in which they are offered.
TEMPLATES = (
    "strategic_plan",
    "priority_ranking",
    "experience_of_care",
    "partner_organizations",
    "draft_plan",
    "after_event",
)
_FOLDER = Path(__file__).parent


@cache
def read_template(name: str) -> Survey:
    """Return a template; raises KeyError for a name that is none of TEMPLATES."""
    if name not in TEMPLATES:
        raise KeyError(name)
    return load_survey((_FOLDER / f"{name}.json").read_text("utf-8"))
