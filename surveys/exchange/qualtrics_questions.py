"""One question of a Qualtrics file as questions of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from surveys.columns import RESERVED_CODES
from surveys.definition import Choice, Question, Setting
from surveys.exchange.codes import CHOICE_CODES_TAKEN, Codes, code_like
from surveys.exchange.foreign_texts import language_code, localise
from surveys.exchange.imported import NoticeBook
from surveys.exchange.piped_references import strip_expressions
from surveys.exchange.qualtrics_logic import Chosen, Condition, read_logic, write_logic
from surveys.localised import Localised

Object: TypeAlias = Mapping[str, Any]
_LONG = {"ML", "ESTB"}
_LAYOUT = {
    *("DefaultChoices", "DataExportTag", "QuestionType", "Selector", "SubSelector", "Configuration", "ChoiceOrder"),
    *(
        "QuestionText",
        "QuestionDescription",
        "QuestionID",
        "Choices",
        "Answers",
        "AnswerOrder",
        "Validation",
        "Language",
    ),
    *("NextChoiceId", "NextAnswerId", "DataVisibility", "Randomization", "DisplayLogic", "QuestionText_Unsafe"),
    *("GradingData", "RecodeValues", "VariableNaming", "AnalyzeChoices", "QuestionJS", "ClarifyingSymbolType"),
    *("ClarifyingText", "Labels", "SearchSource"),
}


@dataclass
class QuestionReader:
    """Makes questions; `language` is that of the texts outside `Language`, '' where it is neither of ours."""

    language: str
    notices: NoticeBook
    _chosen: dict[str, Chosen] = field(default_factory=dict)
    _logic: dict[str, list[Condition]] = field(default_factory=dict)  # by our code: what it is shown for
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = Codes("q", RESERVED_CODES)

    def read(self, identity: str, asked: Object) -> list[Question]:
        """Return what a question becomes; nothing, with a notice, for a type that we do not have."""
        kind = f"{asked.get('QuestionType')}/{asked.get('Selector')}"
        make = _MAKERS.get(kind) or _MAKERS.get(str(asked.get("QuestionType")))
        tag = str(asked.get("DataExportTag") or identity)
        if make is None:
            self.notices.add("qualtrics.type_left_out", tag, type=kind)
            return []
        for name, value in asked.items():
            if name not in _LAYOUT and value not in (None, "", [], {}, False):
                self.notices.add("qualtrics.setting_left_out", tag, what=name)
        if asked.get("QuestionJS"):
            self.notices.add("qualtrics.setting_left_out", tag, what="QuestionJS")
        base = self._base(identity, tag, asked)
        made = make(self, asked, base)
        logic = asked.get("DisplayLogic")
        if isinstance(logic, dict) and logic:
            read = read_logic(logic)
            if read is None:
                self.notices.add("qualtrics.logic_left_out", tag)
            else:
                self._logic |= {each.code: read for each in made}
        return made

    def with_conditions(self, questions: Sequence[Question]) -> tuple[Question, ...]:
        """Return questions with what shows them, once every question has its code."""
        found = []
        for question in questions:
            logic = self._logic.get(question.code)
            condition = write_logic(logic, self._chosen) if logic else ""
            if condition is None:
                self.notices.add("qualtrics.logic_left_out", self.tags.get(question.code, question.code))
            found.append(replace(question, show_if=condition or ""))
        return tuple(found)

    def _base(self, identity: str, tag: str, asked: Object) -> Question:
        code = self.codes.give(tag)
        if code != tag:
            self.notices.renamed(tag, tag, code)
        self.tags[code] = tag
        self._chosen[identity] = Chosen(code)
        validation = asked.get("Validation")
        settings = validation.get("Settings") if isinstance(validation, dict) else None
        forced = settings.get("ForceResponse") if isinstance(settings, dict) else None
        if forced == "RequestResponse":
            self.notices.add("qualtrics.setting_left_out", tag, what="RequestResponse")
        order = asked.get("Randomization")
        is_random = isinstance(order, dict) and order.get("Type") == "All"
        if isinstance(order, dict) and order.get("Type") not in (None, "None", "All"):
            self.notices.add("qualtrics.setting_left_out", tag, what="Randomization")
        text = self.texts(asked, tag, "QuestionText")
        return Question(code, "text_block", text, required=forced == "ON", random_order=is_random)

    def texts(self, asked: Object, place: str, *keys: str) -> Localised:
        """Return a text of the payload and of its translations, found by the same keys in each."""
        found: dict[str, str] = {}
        translations = asked.get("Language")
        for tag, payload in (translations if isinstance(translations, dict) else {}).items():
            text = _dig(payload, keys)
            if text and language_code(tag):
                found[language_code(tag)] = text
            elif text and keys == ("QuestionText",):
                self.notices.add("import.language_left_out", place, language=tag)
        if self.language and (text := _dig(asked, keys)):
            found[self.language] = text
        plain, had_any = strip_expressions(localise(found, place, self.notices))
        if had_any:
            self.notices.add("qualtrics.piping_left_out", place)
        return plain

    def choices(self, asked: Object, base: Question, part: str, order: str) -> tuple[tuple[Choice, ...], bool]:
        """Return the choices or answers of a question in their order, and whether one takes a text of its own."""
        tag = self.tags[base.code]
        given = asked.get(part)
        items = dict(given) if isinstance(given, dict) else {str(at): each for at, each in enumerate(given or [], 1)}
        ordered = [str(each) for each in asked.get(order) or [] if str(each) in items] or [*items]
        codes, choices, has_other = Codes("c", CHOICE_CODES_TAKEN), [], False
        recoded = asked.get("RecodeValues")
        values = recoded if isinstance(recoded, dict) and part == "Choices" else {}
        for key in dict.fromkeys(ordered):
            item = items[key]
            if isinstance(item, dict) and str(item.get("TextEntry", "")).lower() == "true" and part == "Choices":
                if not has_other and base.type in {"single_choice", "several_choices"}:
                    has_other = True
                    self._choose(asked, key, "other")
                    continue
                self.notices.add("qualtrics.text_entry_left_out", tag, choice=key)
            code = codes.give(code_like(str(values.get(key, key)), "c"))
            self._choose(asked, key, code)
            choices.append(Choice(code, self.texts(asked, tag, part, key, "Display")))
            for name in set(item) - {"Display", "TextEntry"} if isinstance(item, dict) else ():
                if item[name] not in (None, "", False, "false"):
                    self.notices.add("qualtrics.setting_left_out", tag, what=str(name))
        return tuple(choices), has_other

    def _choose(self, asked: Object, key: str, code: str) -> None:
        chosen = self._chosen.get(str(asked.get("QuestionID")))
        if chosen is not None:
            chosen.choices[key] = code

    def listed(self, asked: Object, base: Question, kind: str) -> Question:
        """Return a question with its choices and its “other”."""
        made = replace(base, type=kind)
        choices, has_other = self.choices(asked, made, "Choices", "ChoiceOrder")
        chosen = self._chosen.get(str(asked.get("QuestionID")))
        if chosen is not None:
            chosen.kind = kind
        settings: dict[str, Setting] = {"has_other": True} if has_other else {}
        return replace(made, choices=choices, settings=tuple(settings.items()))


def _dig(payload: object, keys: Sequence[str]) -> str:
    """Return the text found by following the keys; a list's items have keys from 1 on."""
    for key in keys:
        if isinstance(payload, list):
            payload = {str(at): each for at, each in enumerate(payload, 1)}
        if key == "Display" and isinstance(payload, str):
            return payload
        payload = payload.get(key) if isinstance(payload, dict) else None
    return str(payload) if isinstance(payload, str | int | float) and not isinstance(payload, bool) else ""


def _listed(kind: str) -> Callable[[QuestionReader, Object, Question], list[Question]]:
    return lambda reader, asked, base: [reader.listed(asked, base, kind)]


def _text(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    validation = asked.get("Validation")
    settings = validation.get("Settings") if isinstance(validation, dict) else None
    content = settings.get("ContentType") if isinstance(settings, dict) else None
    if content == "ValidNumber":
        return [replace(base, type="number", settings=(("decimals", 2),))]
    if content:
        reader.notices.add("qualtrics.setting_left_out", reader.tags[base.code], what=str(content))
    return [replace(base, type="long_text" if asked.get("Selector") in _LONG else "short_text")]


def _form(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    """Return a form of several lines as a text, then a question for each line."""
    lines, _ = reader.choices(asked, base, "Choices", "ChoiceOrder")
    found = [replace(base, required=False, random_order=False)]
    for line in lines:
        code = reader.codes.give(f"{base.code[:30]}_{line.code}")
        found.append(Question(code, "short_text", line.label, required=base.required))
    return found


def _block(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    return [replace(base, required=False, random_order=False)]


def _matrix(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    """Return a table; one that takes several answers in a row becomes a question for each row."""
    made = replace(base, type="matrix")
    rows, _ = reader.choices(asked, made, "Choices", "ChoiceOrder")
    choices, _ = reader.choices(asked, made, "Answers", "AnswerOrder")
    tag = reader.tags[base.code]
    if str(asked.get("SubSelector") or "") in {"MultipleAnswer", "DND"}:
        reader.notices.add("qualtrics.split", tag, count=len(rows))
        found = [replace(base, required=False, random_order=False)]
        for row in rows:
            code = reader.codes.give(f"{base.code[:30]}_{row.code}")
            found.append(Question(code, "several_choices", row.label, required=base.required, choices=choices))
        return found
    return [replace(made, rows=rows, choices=choices)]


def _points(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    made = reader.listed(asked, base, "points")
    validation = asked.get("Validation")
    settings = validation.get("Settings") if isinstance(validation, dict) else None
    total = str(settings.get("ChoiceTotal") or "") if isinstance(settings, dict) else ""
    is_whole = total.isascii() and total.isdigit() and len(total) < 10
    if not is_whole:
        reader.notices.add("qualtrics.no_total", reader.tags[base.code])
    return [replace(made, settings=(("total", int(total)),) if is_whole else ())]


def _likelihood(reader: QuestionReader, asked: Object, base: Question) -> list[Question]:
    """Return 0 to 10 as a scale of eleven points."""
    labels = [reader.texts(asked, reader.tags[base.code], "ColumnLabels", str(at), "Display") for at in (1, 2, 3)]
    said = [label for label in labels if label]
    ends: dict[str, Setting] = {"high": said[-1], "low": said[0]} if len(said) > 1 else {}
    reader.notices.add("qualtrics.from_one", reader.tags[base.code])
    return [replace(base, type="scale", settings=tuple(sorted((ends | {"points": 11}).items())))]


_MAKERS: Mapping[str, Callable[[QuestionReader, Object, Question], list[Question]]] = {
    **{f"MC/{selector}": _listed("single_choice") for selector in ("SAVR", "SAHR", "SACOL", "DL", "SB")},
    **{f"MC/{selector}": _listed("several_choices") for selector in ("MAVR", "MAHR", "MACOL", "MSB")},
    "MC/NPS": _likelihood,
    "TE/FORM": _form,
    "TE": _text,
    "DB": _block,
    "RO": _listed("ranking"),
    "CS": _points,
    "Matrix/Likert": _matrix,
    "Matrix/Bipolar": _matrix,
}
