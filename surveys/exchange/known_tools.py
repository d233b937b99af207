"""The tools whose files of responses are read, and which of them wrote a file."""

from collections.abc import Sequence
from typing import Final

from surveys.exchange.google_forms_responses import GOOGLE_FORMS
from surveys.exchange.kobo_responses import KOBO
from surveys.exchange.limesurvey_responses import LIMESURVEY
from surveys.exchange.response_matching import Tool

TOOLS: Final = (LIMESURVEY, KOBO, GOOGLE_FORMS)


def recognise(header: Sequence[str]) -> Tool | None:
    """Return the tool that wrote a file with this header, or None."""
    return next((tool for tool in TOOLS if tool.wrote(header)), None)
