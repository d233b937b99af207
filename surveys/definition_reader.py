"""Reading the JSON of a survey: every problem of shape is found, each with its place."""

from surveys.definition import FORMAT, Check, Choice, Question, Section, Survey
from surveys.json_reader import ObjectReader, parse_json
from surveys.problems import Problem, SurveyError


def load_survey(text: str) -> Survey:
    """Read the JSON text of a survey.

    Raises `SurveyError` with every problem found: definition.not_json (line, column), definition.format,
    definition.repeated_key, definition.unknown_key, definition.missing_key, definition.wrong_type (expected).
    """
    return survey_from_json(parse_json(text))


def survey_from_json(value: object) -> Survey:
    """Read a survey from plain JSON data; raises `SurveyError` as `load_survey` does."""
    problems: list[Problem] = []
    node = ObjectReader(value, "", problems)
    if node.is_object and node.value.get("format") != FORMAT:
        raise SurveyError.of("definition.format", "format", supported=FORMAT)
    survey = _read_survey(node)
    if problems:
        raise SurveyError.from_problems(problems)
    return survey


def _read_survey(node: ObjectReader) -> Survey:
    node.value = {key: value for key, value in node.value.items() if key != "format"}
    survey = Survey(
        node.text("code"),
        node.localised("title", is_required=True),
        node.localised("introduction"),
        node.items("sections", _read_section, is_required=True),
        node.items("checks", _read_check, is_required=False),
    )
    node.finish()
    return survey


def _read_section(node: ObjectReader) -> Section:
    section = Section(
        node.text("code"),
        node.localised("title", is_required=True),
        node.localised("introduction"),
        node.items("questions", _read_question, is_required=True),
        node.optional_text("show_if") or "",
    )
    node.finish()
    return section


def _read_question(node: ObjectReader) -> Question:
    question = Question(
        code=node.text("code"),
        type=node.text("type"),
        text=node.localised("text", is_required=True),
        help=node.localised("help"),
        why=node.localised("why"),
        required=node.flag("required"),
        offers=node.codes("offers"),
        settings=node.settings("settings"),
        choices=node.items("choices", _read_choice, is_required=False),
        rows=node.items("rows", _read_choice, is_required=False),
        standard=node.optional_text("standard") or "",
        show_if=node.optional_text("show_if") or "",
        sensitive=node.flag("sensitive"),
        random_order=node.flag("random_order"),
    )
    node.finish()
    return question


def _read_choice(node: ObjectReader) -> Choice:
    choice = Choice(
        node.text("code"),
        node.localised("label", is_required=True),
        node.flag("exclusive"),
        node.flag("retired"),
        node.optional_text("show_if") or "",
    )
    node.finish()
    return choice


def _read_check(node: ObjectReader) -> Check:
    check = Check(node.text("code"), node.text("condition"), node.localised("message", is_required=True))
    node.finish()
    return check
