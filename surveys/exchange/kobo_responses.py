"""Responses as KoboToolbox exports them (CSV or XLSX), with names or with labels.

A question stands under its groups: ``group/question``. Several choices stand in one cell with spaces between their
names, in a column for each (``group/question/choice``, 1 or 0), or both.
"""

from typing import Final

from surveys.exchange.response_matching import Tool

KOBO: Final = Tool(
    code="kobo",
    signs=frozenset({"_uuid", "_submission_time", "_validation_status"}),
    reference=("_uuid",),
    day=("_submission_time", "end", "today", "start"),
    respondent=("_submitted_by",),
    noise=frozenset({"deviceid", "simserial", "phonenumber", "subscriberid", "username", "audit", "formhub/uuid",
                     "meta/instanceid", "meta/instancename"}),
    noise_prefix="_",
    separators=(" ",),
)  # fmt: skip
