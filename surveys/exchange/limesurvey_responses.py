"""Responses as LimeSurvey exports them (CSV or XLSX), with question codes or full texts, answer codes or full answers.

A question in parts has a column for each: ``Q1[SQ001]``, ``Q1[other]``, a ranking one for each rank: ``Q1[1]``.
Where a survey keeps no dates, LimeSurvey writes the first of January 1980.
"""

from typing import Final

from surveys.exchange.response_matching import Tool

LIMESURVEY: Final = Tool(
    code="limesurvey",
    signs=frozenset({"submitdate", "lastpage", "startlanguage", "date submitted", "date de soumission"}),
    reference=("id", "response id", "id de la réponse", "submitdate", "date submitted", "date de soumission"),
    day=(
        "submitdate", "date submitted", "date de soumission", "datestamp", "date last action",
        "date de la dernière action", "startdate", "date started", "date de lancement",
    ),
    language=("startlanguage", "start language", "langue de départ"),
    respondent=("email", "email address", "adresse courriel", "token"),
    noise=frozenset({
        "last page", "dernière page", "seed", "tête de série", "ipaddr", "ip address", "adresse ip", "refurl",
        "referrer url", "url référente", "firstname", "lastname", "interviewtime", "total time", "temps total",
    }),
    no_day="1980-01-01",
)  # fmt: skip
