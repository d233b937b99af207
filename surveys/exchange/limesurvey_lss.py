"""LimeSurvey’s .lss file (XML): the layout of version 4 and later (texts in `…_l10ns`) and the older one.

defusedxml refuses entities and document types, so that a small file stays small and reads no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from surveys.exchange.foreign_texts import language_code, localise
from surveys.exchange.imported import NoticeBook
from surveys.exchange.limesurvey_structure import Asked, Group, Item, Structure
from surveys.localised import Localised
from surveys.problems import SurveyError

_Record: TypeAlias = dict[str, str]
_Texts: TypeAlias = dict[str, dict[str, str]]  # by id, the text in each language
# what an .lss may hold besides the questionnaire's own parts
_READ = {
    *("languages", "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "question_l10ns", "subquestions"),
    *("question_attributes", "surveys", "surveys_languagesettings", "themes", "themes_inherited"),
}


def read_lss(content: bytes, name: str, notices: NoticeBook) -> Structure:
    """Return the questionnaire of an .lss file.

    Raises `SurveyError`: limesurvey.bad_xml, limesurvey.unsafe_xml, limesurvey.not_a_survey. Notices:
    import.language_left_out, limesurvey.part_left_out (part, count), import.markup.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise SurveyError.of("limesurvey.unsafe_xml", name) from None
    except (ParseError, ValueError, LookupError):
        raise SurveyError.of("limesurvey.bad_xml", name) from None
    if root.tag != "document" or root.findtext("LimeSurveyDocType", "").strip() != "Survey":
        raise SurveyError.of("limesurvey.not_a_survey", name)
    tables = {part.tag: _records(part) for part in root}
    for tag, records in tables.items():
        if tag not in _READ and records:
            notices.add("limesurvey.part_left_out", "", part=tag, count=len(records))
    for element in root.findall("languages/language"):
        if not language_code(element.text or ""):
            notices.add("import.language_left_out", "", language=(element.text or "").strip())
    return _Reader(tables, notices).structure()


def _records(part: Element) -> list[_Record]:
    return [{cell.tag: (cell.text or "") for cell in row} for row in part.findall("rows/row")]


def _number(record: _Record, name: str) -> int:
    text = record.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass
class _Reader:
    tables: Mapping[str, list[_Record]]
    notices: NoticeBook

    def _texts(self, tags: Iterable[str], key: str, field: str) -> _Texts:
        """Return a text in each language by id, from whichever tables have it."""
        found: _Texts = defaultdict(dict)
        for tag in tags:
            for record in self.tables.get(tag, ()):
                language = language_code(record.get("language", ""))
                if language and record.get(field):
                    found[record.get(key, "")][language] = record[field]
        return found

    def _firsts(self, tag: str, *keys: str) -> list[_Record]:
        """Return one record of each thing: the old layout has one for each language."""
        found: dict[tuple[str, ...], _Record] = {}
        for record in self.tables.get(tag, ()):
            found.setdefault(tuple(record.get(key, "") for key in keys), record)
        return list(found.values())

    def structure(self) -> Structure:
        titles: dict[str, str] = {}
        introductions: dict[str, str] = {}
        for record in self.tables.get("surveys_languagesettings", ()):
            language = language_code(record.get("surveyls_language", ""))
            titles[language] = record.get("surveyls_title", "")
            said = (record.get(f"surveyls_{name}", "").strip() for name in ("description", "welcometext"))
            introductions[language] = "\n".join(text for text in said if text)
            if language and record.get("surveyls_endtext", "").strip():
                self.notices.add("limesurvey.part_left_out", "", part="surveyls_endtext", count=1)
        groups = self._groups()
        self._fill(groups)
        structure = Structure(
            localise(titles, "", self.notices), localise(introductions, "", self.notices), list(groups.values())
        )
        structure.groups = [group for group in structure.groups if group.questions]
        return structure

    def _groups(self) -> dict[str, Group]:
        names = self._texts(("groups", "group_l10ns"), "gid", "group_name")
        descriptions = self._texts(("groups", "group_l10ns"), "gid", "description")
        records = sorted(self._firsts("groups", "gid"), key=lambda record: _number(record, "group_order"))
        return {
            record.get("gid", ""): Group(
                localise(names[record.get("gid", "")], "", self.notices),
                localise(descriptions[record.get("gid", "")], "", self.notices),
                record.get("grelevance", ""),
            )
            for record in records
        }

    def _fill(self, groups: Mapping[str, Group]) -> None:
        """Put the questions into their groups, each with its subquestions and answers."""
        tags = ("questions", "subquestions", "question_l10ns")
        texts, helps = self._texts(tags, "qid", "question"), self._texts(tags, "qid", "help")
        children = self._children(texts)
        answers = self._answers()
        attributes: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for record in self.tables.get("question_attributes", ()):
            key = (record.get("attribute", ""), language_code(record.get("language", "")))
            attributes[record.get("qid", "")][key] = record.get("value", "")
        records = [each for each in self._firsts("questions", "qid") if _number(each, "parent_qid") == 0]
        for record in sorted(records, key=lambda each: _number(each, "question_order")):
            qid, code = record.get("qid", ""), record.get("title", "")
            group = groups.get(record.get("gid", ""))
            if group is None:
                self.notices.add("limesurvey.no_group", code)
                continue
            group.questions.append(
                Asked(
                    code,
                    record.get("type", "").strip(),
                    localise(texts[qid], code, self.notices),
                    localise(helps[qid], code, self.notices),
                    record.get("mandatory", "").strip(),
                    record.get("other", "").strip() == "Y",
                    record.get("relevance", ""),
                    attributes[qid],
                    children[qid],
                    answers[qid],
                )
            )

    def _children(self, texts: _Texts) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = defaultdict(list)
        records = self._firsts("subquestions", "qid") + self._firsts("questions", "qid")
        records = [record for record in records if _number(record, "parent_qid")]
        seen: set[str] = set()
        for record in sorted(records, key=lambda each: _number(each, "question_order")):
            if record.get("qid", "") in seen:
                continue
            seen.add(record.get("qid", ""))
            text = localise(texts[record.get("qid", "")], record.get("title", ""), self.notices)
            item = Item(record.get("title", ""), text, record.get("scale_id", "0"), record.get("relevance", ""))
            found[record.get("parent_qid", "")].append(item)
        return found

    def _answers(self) -> dict[str, list[Item]]:
        texts = self._texts(("answer_l10ns",), "aid", "answer")
        old: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        keys = ("qid", "code", "scale_id")
        for record in self.tables.get("answers", ()):
            language = language_code(record.get("language", ""))
            if language:
                old[tuple(record.get(key, "") for key in keys)][language] = record.get("answer", "")
        found: dict[str, list[Item]] = defaultdict(list)
        for record in sorted(self._firsts("answers", *keys), key=lambda each: _number(each, "sortorder")):
            said = old.get(tuple(record.get(key, "") for key in keys)) or texts[record.get("aid", "")]
            text = localise(said, record.get("code", ""), self.notices) if said else Localised()
            found[record.get("qid", "")].append(Item(record.get("code", ""), text, record.get("scale_id", "0")))
        return found
