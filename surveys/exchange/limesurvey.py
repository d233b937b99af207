"""A LimeSurvey questionnaire as a survey of ours: each of its types in ours, and by name what stays behind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.columns import RESERVED_CODES
from surveys.conditions import parse
from surveys.definition import Choice, Question, Section, Setting, Survey
from surveys.exchange.codes import CHOICE_CODES_TAKEN, Codes
from surveys.exchange.imported import ImportedSurvey, NoticeBook, check_size
from surveys.exchange.limesurvey_relevance import Variable, translate
from surveys.exchange.limesurvey_structure import Asked, Item, Structure
from surveys.exchange.piped_references import strip_expressions
from surveys.localised import NOTHING, Localised
from surveys.problems import SurveyError
from surveys.question_type import NO, YES, SpecialValue

_RANDOM = {"random", "random_order", "1"}
# settings of LimeSurvey that are read, or only say how its pages look
_ATTRIBUTES_READ = {
    *("random_order", "answer_order", "subquestion_order", "max_answers", "min_answers", "exclude_all_others"),
    *("other_replace_text", "suffix", "min_num_value_n", "max_num_value_n", "equals_num_value", "maximum_chars"),
    *("num_value_int_only", "date_min", "date_max", "hidden"),
    *("question_template", "save_as_default", "cssclass", "hide_tip", "page_break", "statistics_graphtype"),
    *("statistics_showgraph", "public_statistics", "display_columns", "display_rows", "text_input_width", "input_size"),
    *("printable_help", "time_limit_action", "scale_export", "random_group", "answer_width", "repeat_headings"),
}
_SAYS_NOTHING = {"", "0", "N", "none", "default", "normal"}


def make_survey(structure: Structure, name: str, code: str, notices: NoticeBook) -> ImportedSurvey:
    """Return the survey of a questionnaire, with notices (codes limesurvey.… and import.…).

    Raises `SurveyError`: limesurvey.no_questions, import.too_many_questions, import.too_many_choices.
    """
    asked = [question for group in structure.groups for question in group.questions]
    if not asked:
        raise SurveyError.of("limesurvey.no_questions", name)
    check_size(name, len(asked), sum(len(each.subquestions) + len(each.answers) for each in asked))
    reader = _Reader(notices)
    sections = []
    codes = Codes("section")
    for group in structure.groups:
        questions = [made for each in group.questions for made in reader.read(each)]
        show_if = reader.condition(group.relevance, group.name.shown("en")[1])
        description = reader.text(group.description, "")
        code_of = codes.give(group.name.shown("en")[1])
        sections.append(Section(code_of, reader.text(group.name, ""), description, tuple(questions), show_if))
    title, introduction = reader.text(structure.title, ""), reader.text(structure.introduction, "")
    survey = Survey(Codes("survey").give(title.shown("en")[1] or code), title, introduction, tuple(sections))
    return ImportedSurvey(survey, notices.finish())


@dataclass
class _Reader:
    notices: NoticeBook
    variables: dict[str, Variable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = Codes("q", RESERVED_CODES)

    def text(self, text: Localised, place: str) -> Localised:
        """Return a text without LimeSurvey's expressions in braces, which are named."""
        plain, had_any = strip_expressions(text)
        if had_any:
            self.notices.add("limesurvey.expression_left_out", place)
        return plain

    def condition(self, equation: str, place: str) -> str:
        """Return a relevance equation as a condition, '' where there is none or it cannot be said."""
        condition = translate(equation, self.variables)
        if condition:
            try:
                parse(condition)
            except SurveyError:
                condition = None
        if condition is None:
            self.notices.add("limesurvey.condition_left_out", place)
        return condition or ""

    def read(self, asked: Asked) -> list[Question]:
        """Return the question, or the several that one of LimeSurvey's becomes, or none."""
        make = _MAKERS.get(asked.kind)
        if make is None or asked.attribute("hidden") == "1":
            code = "limesurvey.type_left_out" if make is None else "limesurvey.hidden_left_out"
            self.notices.add(code, asked.code, type=asked.kind)
            return []
        condition = self.condition(asked.relevance, asked.code)
        for (name, _), value in asked.attributes.items():
            if name not in _ATTRIBUTES_READ and value.strip() not in _SAYS_NOTHING:
                self.notices.add("limesurvey.attribute_left_out", asked.code, attribute=name)
        if asked.mandatory == "S":
            self.notices.add("limesurvey.soft_mandatory", asked.code)
        return [replace(made, show_if=condition) for made in make(self, asked)]

    def base(self, asked: Asked, kind: str, cells: Mapping[str, str] | None = None) -> Question:
        """Return the question without what its kind adds; `cells` are our codes of its answers."""
        code = self._codes.give(asked.code)
        if code != asked.code:
            self.notices.renamed(asked.code, asked.code, code)
        self.variables[asked.code] = Variable(code, cells or {})
        is_random = any(
            asked.attribute(name) in _RANDOM for name in ("random_order", "answer_order", "subquestion_order")
        )
        return Question(
            code,
            kind,
            self.text(asked.text, asked.code),
            self.text(asked.help, asked.code),
            required=asked.mandatory == "Y",
            random_order=is_random,
        )

    def choices(self, items: Sequence[Item], place: str) -> tuple[tuple[Choice, ...], dict[str, str]]:
        """Return choices, and our code for each of theirs."""
        codes, made = Codes("c", CHOICE_CODES_TAKEN), dict[str, str]()
        choices = []
        for item in items:
            code = codes.give(item.code)
            if item.code in made:
                self.notices.add("limesurvey.code_repeated", place, name=item.code)
                continue
            made[item.code] = code
            choices.append(Choice(code, self.text(item.text, place)))
            if item.relevance.strip() not in {"", "1"}:
                self.notices.add("limesurvey.condition_left_out", f"{place}_{item.code}")
            if code != item.code:
                self.notices.renamed(place, item.code, code)
        return tuple(choices), made

    def whole(self, asked: Asked, name: str, settings: dict[str, Setting], setting: str) -> None:
        """Put a whole number of LimeSurvey among the settings; name what is none."""
        said = asked.attribute(name)
        if not said:
            return
        digits = said.removeprefix("-").removesuffix(".0")
        if digits.isascii() and digits.isdigit() and len(digits) < 10:
            settings[setting] = int(digits) * (-1 if said.startswith("-") else 1)
        else:
            self.notices.add("limesurvey.attribute_left_out", asked.code, attribute=name)


def _settings(values: Mapping[str, Setting]) -> tuple[tuple[str, Setting], ...]:
    return tuple(sorted(values.items()))


def _other(reader: _Reader, asked: Asked) -> dict[str, Setting]:
    settings: dict[str, Setting] = {}
    if asked.other:
        settings["has_other"] = True
        if label := reader.text(asked.texts("other_replace_text"), asked.code):
            settings["other_label"] = label
    return settings


def _single(reader: _Reader, asked: Asked) -> list[Question]:
    if asked.kind == "O":
        reader.notices.add("limesurvey.comment_left_out", asked.code)
    choices, cells = reader.choices(asked.answers, asked.code)
    base = reader.base(asked, "single_choice", cells | ({"-oth-": "other"} if asked.other else {}))
    return [replace(base, choices=choices, settings=_settings(_other(reader, asked)))]


def _several(reader: _Reader, asked: Asked) -> list[Question]:
    if asked.kind == "P":
        reader.notices.add("limesurvey.comment_left_out", asked.code)
    choices, cells = reader.choices(asked.subquestions, asked.code)
    base = reader.base(asked, "several_choices")
    for old, new in cells.items():
        reader.variables[f"{asked.code}_{old}"] = Variable(base.code, choice=new)
    alone = {cells.get(each.strip(), "") for each in asked.attribute("exclude_all_others").split(";")}
    settings = _other(reader, asked)
    reader.whole(asked, "min_answers", settings, "minimum")
    reader.whole(asked, "max_answers", settings, "maximum")
    marked = tuple(replace(choice, exclusive=choice.code in alone) for choice in choices)
    return [replace(base, choices=marked, settings=_settings(settings))]


def _text(kind: str) -> Callable[[_Reader, Asked], list[Question]]:
    def make(reader: _Reader, asked: Asked) -> list[Question]:
        settings: dict[str, Setting] = {}
        if kind != "text_block":
            reader.whole(asked, "maximum_chars", settings, "maximum")
        made = reader.base(asked, kind)
        return [replace(made, settings=_settings(settings), required=made.required and kind != "text_block")]

    return make


def _number(reader: _Reader, asked: Asked) -> list[Question]:
    settings: dict[str, Setting] = {} if asked.attribute("num_value_int_only") == "1" else {"decimals": 2}
    reader.whole(asked, "min_num_value_n", settings, "minimum")
    reader.whole(asked, "max_num_value_n", settings, "maximum")
    if unit := reader.text(asked.texts("suffix"), asked.code):
        settings["unit"] = unit
    return [replace(reader.base(asked, "number"), settings=_settings(settings))]


def _date(reader: _Reader, asked: Asked) -> list[Question]:
    settings: dict[str, Setting] = {}
    for name, setting in (("date_min", "minimum"), ("date_max", "maximum")):
        said = asked.attribute(name)
        parts = said.split("-")
        if len(said) == 10 and [len(part) for part in parts] == [4, 2, 2] and all(map(str.isdecimal, parts)):
            settings[setting] = said
        elif said:
            reader.notices.add("limesurvey.attribute_left_out", asked.code, attribute=name)
    return [replace(reader.base(asked, "date"), settings=_settings(settings))]


def _yes_no(reader: _Reader, asked: Asked) -> list[Question]:
    return [reader.base(asked, "yes_no", {"Y": YES, "N": NO})]


def _five(reader: _Reader, asked: Asked) -> list[Question]:
    reader.notices.add("limesurvey.scale_ends", asked.code)
    return [replace(reader.base(asked, "scale"), settings=(("points", 5),))]


def _matrix(reader: _Reader, asked: Asked) -> list[Question]:
    points = {"A": 5, "B": 10}.get(asked.kind, 0)
    numbers = [Item(str(point), Localised(str(point), str(point))) for point in range(1, points + 1)]
    rows, row_codes = reader.choices(asked.subquestions, asked.code)
    quiet = _Reader(NoticeBook()) if numbers else reader  # these codes are ours from the start
    choices, cells = quiet.choices(numbers or asked.answers, asked.code)
    base = reader.base(asked, "matrix")
    for old, new in row_codes.items():
        reader.variables[f"{asked.code}_{old}"] = Variable(f"{base.code}.{new}", cells)
    return [replace(base, rows=rows, choices=choices)]


def _ranking(reader: _Reader, asked: Asked) -> list[Question]:
    choices, _ = reader.choices(asked.answers or asked.subquestions, asked.code)
    settings: dict[str, Setting] = {}
    reader.whole(asked, "min_answers", settings, "minimum")
    reader.whole(asked, "max_answers", settings, "maximum")
    return [replace(reader.base(asked, "ranking"), choices=choices, settings=_settings(settings))]


def _several_lines(kind: str) -> Callable[[_Reader, Asked], list[Question]]:
    """Return a maker of one question for each line, under the question's own words."""

    def make(reader: _Reader, asked: Asked) -> list[Question]:
        settings: dict[str, Setting] = {}
        reader.whole(asked, "equals_num_value", settings, "total")
        if kind == "number" and settings:
            choices, _ = reader.choices(asked.subquestions, asked.code)
            return [replace(reader.base(asked, "points"), choices=choices, settings=_settings(settings))]
        reader.notices.add("limesurvey.split", asked.code, count=len(asked.subquestions))
        made = [replace(reader.base(asked, "text_block"), required=False, random_order=False)]
        for item in asked.subquestions:
            line = replace(asked, code=f"{asked.code}_{item.code}", text=item.text, help=NOTHING)
            made.append(replace(reader.base(line, kind), random_order=False))
        return made

    return make


def _unsure(reader: _Reader, asked: Asked) -> list[Question]:
    """Return an array of yes, no and uncertain as yes-or-no questions that offer “I don’t know”."""
    made = _several_lines("yes_no")(reader, asked)
    return [replace(each, offers=(str(SpecialValue.DONT_KNOW),)) if each.type == "yes_no" else each for each in made]


_MAKERS: Mapping[str, Callable[[_Reader, Asked], list[Question]]] = {
    **dict.fromkeys("L!O", _single),
    **dict.fromkeys("MP", _several),
    **dict.fromkeys("TU", _text("long_text")),
    "S": _text("short_text"),
    "X": _text("text_block"),
    "N": _number,
    "D": _date,
    "Y": _yes_no,
    "5": _five,
    **dict.fromkeys("FHAB", _matrix),
    "C": _unsure,
    "R": _ranking,
    "K": _several_lines("number"),
    "Q": _several_lines("short_text"),
}
