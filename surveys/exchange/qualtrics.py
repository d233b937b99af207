"""A Qualtrics .qsf file as a survey of ours, as well as can be: the format is not documented and changes.

The file is JSON: a `SurveyEntry`, and `SurveyElements` of which BL are the blocks, FL the flow, SQ the questions.
Texts are HTML; translations stand in each question under `Language`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from surveys.definition import Question, Section, Survey
from surveys.exchange.codes import Codes
from surveys.exchange.foreign_texts import language_code, localise
from surveys.exchange.imported import ImportedSurvey, NoticeBook, check_size
from surveys.exchange.qualtrics_questions import QuestionReader
from surveys.json_reader import parse_json
from surveys.localised import LANGUAGES, Localised
from surveys.problems import SurveyError

Object: TypeAlias = Mapping[str, Any]
_FLOW_READ = {"Root", "Block", "Standard", "Group"}
_ELEMENTS_READ = {"BL", "FL", "SQ", "SO", "STAT", "QC", "RS", "PROJ", "NT"}
_DEEPEST = 20


def looks_like_qsf(text: str) -> bool:
    """Return whether a JSON text is a Qualtrics survey."""
    return '"SurveyEntry"' in text and '"SurveyElements"' in text


def read_qsf(text: str, name: str) -> ImportedSurvey:
    """Return the survey of a .qsf file, with notices (codes qualtrics.… and import.…).

    Raises `SurveyError`: definition.not_json, qualtrics.not_a_survey, qualtrics.no_questions,
    import.too_many_questions, import.too_many_choices.
    """
    whole = parse_json(text)
    elements = whole.get("SurveyElements") if isinstance(whole, dict) else None
    entry = whole.get("SurveyEntry") if isinstance(whole, dict) else None
    if not isinstance(elements, list) or not isinstance(entry, dict):
        raise SurveyError.of("qualtrics.not_a_survey", name)
    file = _File(entry, [each for each in elements if isinstance(each, dict)])
    try:
        return file.read(name)
    except (AttributeError, KeyError, TypeError, ValueError):  # nobody says what the format may hold, and what not
        raise SurveyError.of("qualtrics.not_a_survey", name) from None


def _list_of(value: object) -> list[Any]:
    """Return a list: Qualtrics writes some lists as objects whose keys are numbers."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


@dataclass
class _File:
    entry: Object
    elements: Sequence[Object]
    notices: NoticeBook = field(default_factory=NoticeBook)

    def read(self, name: str) -> ImportedSurvey:
        questions = self._questions()
        listed = [
            list(_list_of(each.get("Choices"))) + list(_list_of(each.get("Answers"))) for each in questions.values()
        ]
        if not questions:
            raise SurveyError.of("qualtrics.no_questions", name)
        check_size(name, len(questions), sum(map(len, listed)))
        for element in self.elements:
            if element.get("Element") not in _ELEMENTS_READ:
                part = f"{element.get('Element')} {element.get('PrimaryAttribute') or ''}"
                self.notices.add("qualtrics.element_left_out", "", part=part)
        language = language_code(str(self.entry.get("SurveyLanguage") or "en"))
        if not language:
            self.notices.add("import.language_left_out", "", language=str(self.entry.get("SurveyLanguage")))
        reader = QuestionReader(language, self.notices)
        title = localise({language or LANGUAGES[0]: str(self.entry.get("SurveyName") or "")}, "", self.notices)
        sections = self._sections(questions, reader, title)
        code = Codes("survey").give(title.shown("en")[1])
        return ImportedSurvey(Survey(code, title, sections=tuple(sections)), self.notices.finish())

    def _questions(self) -> dict[str, Object]:
        found: dict[str, Object] = {}
        for element in self.elements:
            payload = element.get("Payload")
            if element.get("Element") == "SQ" and isinstance(payload, dict):
                identity = payload.get("QuestionID") or element.get("PrimaryAttribute")
                found[str(identity)] = payload
        return found

    def _sections(self, questions: Mapping[str, Object], reader: QuestionReader, title: Localised) -> list[Section]:
        """Return a section for each block of the flow that asks something, in its order."""
        blocks = self._blocks()
        order = [each for each in self._flow_order() if each in blocks] or list(blocks)
        codes = Codes("section")
        sections: list[Section] = []
        shown: set[str] = set()
        for identity in dict.fromkeys(order):
            block = blocks[identity]
            made: list[Question] = []
            for each in _list_of(block.get("BlockElements")):
                wanted = str(each.get("QuestionID")) if isinstance(each, dict) else ""
                if wanted in questions and wanted not in shown:
                    shown.add(wanted)
                    made += reader.read(wanted, questions[wanted])
            self._note_block(block)
            if made:
                name = str(block.get("Description") or "")
                words = localise({reader.language: name}, name, self.notices)
                sections.append(Section(codes.give(name), words or title, questions=tuple(made)))
        if lost := len(questions) - len(shown):
            self.notices.add("qualtrics.not_in_flow", "", count=lost)
        return [replace(each, questions=reader.with_conditions(each.questions)) for each in sections]

    def _note_block(self, block: Object) -> None:
        options = block.get("Options")
        if not isinstance(options, dict):
            return
        place = str(block.get("Description") or "")
        if options.get("RandomizeQuestions") not in (None, "", "false", False):
            self.notices.add("qualtrics.block_left_out", place, what="RandomizeQuestions")
        if options.get("Looping") not in (None, "", "None", "false"):
            self.notices.add("qualtrics.block_left_out", place, what="Loop & Merge")

    def _blocks(self) -> dict[str, Object]:
        """Return the blocks by their identity, but for the bin."""
        found: dict[str, Object] = {}
        for element in self.elements:
            if element.get("Element") != "BL":
                continue
            for block in _list_of(element.get("Payload")):
                if isinstance(block, dict) and block.get("Type") != "Trash":
                    found[str(block.get("ID"))] = block
        return found

    def _flow_order(self) -> list[str]:
        """Return the blocks in the order of the flow; branches and the like are dissolved and named."""
        order: list[str] = []
        flows = [each.get("Payload") for each in self.elements if each.get("Element") == "FL"]
        waiting = [(flow, 0) for flow in reversed(flows)]
        while waiting:
            flow, depth = waiting.pop()
            if not isinstance(flow, dict) or depth > _DEEPEST:
                continue
            kind = str(flow.get("Type") or "")
            if kind not in _FLOW_READ:
                self.notices.add("qualtrics.flow_left_out", str(flow.get("FlowID") or ""), type=kind)
            if flow.get("ID"):
                order.append(str(flow["ID"]))
            waiting += [(each, depth + 1) for each in reversed(_list_of(flow.get("Flow")))]
        return order
