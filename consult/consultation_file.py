"""A consultation from a file: what the builder's pages will ask, written as JSON (consult/sample/consultation.json).

Keys: code, title, mandate, promise (each in both languages), contact; and, where they are not the usual: anonymity,
language_policy, opens_on, closes_on (2026-10-18), group_question, quote_question, fictional, groups (code, name,
target).
"""

from pathlib import Path

from consult.record.consultation import Anonymity, LanguagePolicy, NewConsultation, NewGroup
from surveys.exchange.survey_file import in_file, read_text
from surveys.json_reader import ObjectReader, parse_json
from surveys.problems import Problem, SurveyError


def read_consultation(path: Path) -> NewConsultation:
    """Read a consultation; raises `SurveyError` with every problem and its place: file.…, definition.…."""
    text = read_text(path)
    problems: list[Problem] = []
    try:
        reader = ObjectReader(parse_json(text), "", problems)
        read = _read(reader)
        reader.finish()
        if problems:
            raise SurveyError.from_problems(problems)
    except SurveyError as error:
        raise in_file(path, error) from None
    return read


def _read(reader: ObjectReader) -> NewConsultation:
    return NewConsultation(
        code=reader.text("code"),
        title=reader.localised("title", is_required=True),
        mandate=reader.localised("mandate", is_required=True),
        promise=reader.localised("promise", is_required=True),
        contact=reader.text("contact"),
        anonymity=Anonymity(reader.one_of("anonymity", Anonymity, Anonymity.ANONYMOUS)),
        language_policy=LanguagePolicy(reader.one_of("language_policy", LanguagePolicy, LanguagePolicy.EQUAL)),
        opens_on=reader.day("opens_on"),
        closes_on=reader.day("closes_on"),
        group_question=reader.optional_text("group_question"),
        quote_question=reader.optional_text("quote_question"),
        is_fictional=reader.flag("fictional"),
        groups=reader.items("groups", _read_group, is_required=False),
    )


def _read_group(reader: ObjectReader) -> NewGroup:
    group = NewGroup(reader.text("code"), reader.localised("name", is_required=True), reader.number("target"))
    reader.finish()
    return group
