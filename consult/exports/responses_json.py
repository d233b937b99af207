"""Responses as JSON, one object for each, with the survey that they answer: what a program reads back without loss.

::

    {"format": 1, "consultation": code, "survey": code, "exported_on": day,
     "versions": {number: the survey's JSON form (surveys/definition.py)},
     "responses": [
       {"response", "submitted_on", "language", "group", "channel", "survey_version", "respondent" ?,
        "answers": {question code: stored value}}]}

Stored values are those of surveys/question_types/. One response stands on each line, so that a program may also read
the file line by line.
"""

import json
from collections.abc import Callable
from functools import lru_cache

from consult.exports.manifest import HashedTarget, Job, Written
from consult.record.response_rows import ResponseRow
from surveys.columns import RESPONDENT
from surveys.definition import survey_to_json

FORMAT = 1
_FLUSH_ROWS = 500
_REMEMBERED = 8192
_SHORT = 200  # characters; longer values are people's own words, which do not come back


def write_json(job: Job) -> Written:
    """Write the file in UTF-8."""
    target, table = HashedTarget(job.target), job.table
    about = {
        "format": FORMAT,
        "consultation": table.consultation.code,
        "survey": table.survey.code,
        "exported_on": job.day.isoformat(),
        "versions": {str(number): survey_to_json(survey) for number, survey in table.versions.items()},
    }
    lines = [_dump(about).removesuffix("}") + ', "responses": [']
    make_line = _line_maker(RESPONDENT in table.columns)
    rows = 0
    for row in table.responses():
        lines.append((",\n" if rows else "\n") + make_line(row))
        rows += 1
        if len(lines) >= _FLUSH_ROWS:
            target.write("".join(lines).encode())
            lines.clear()
    lines.append("\n]}\n")
    target.write("".join(lines).encode())
    return Written(rows, target.digest(), "values", "utf-8")


def _line_maker(names_respondent: bool) -> Callable[[ResponseRow], str]:
    """Return what writes a response; the values come as JSON texts, in the writing of their database."""
    remembered = lru_cache(_REMEMBERED)(_rewrite)

    def make_line(row: ResponseRow) -> str:
        about = {
            "response": row.key,
            "submitted_on": row.submitted_on.isoformat(),
            "language": row.language,
            "group": row.group,
            "channel": row.channel.value,
            "survey_version": row.version,
        } | ({RESPONDENT: row.respondent} if names_respondent else {})
        answers = ", ".join(
            f'"{code}": {remembered(value) if len(value) <= _SHORT else _rewrite(value)}'
            for code, value in json.loads(row.answers).items()
        )
        return f'{_dump(about).removesuffix("}")}, "answers": {{{answers}}}}}'

    return make_line


def _rewrite(text: str) -> str:
    """Return a JSON text as every database would then give it: letters as letters, keys in order."""
    return _dump(json.loads(text), sort_keys=True)


def _dump(value: object, *, sort_keys: bool = False) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=sort_keys)
