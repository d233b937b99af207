"""An XLSForm (ODK, KoboToolbox, SurveyCTO) as a survey of ours, naming everything that stays behind.

Groups of the highest level become sections; deeper ones dissolve into them, their title kept as a text and their
condition put on each question. A table of single choices becomes a matrix. A constraint becomes settings where it
says bounds, lengths or how many, else a check of the survey. See https://xlsform.org/en/ for the format.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from surveys.columns import RESERVED_CODES
from surveys.conditions import parse
from surveys.definition import Check, Question, Section, Survey
from surveys.exchange.choice_lists import ChoiceList, as_scale, make_list
from surveys.exchange.codes import Codes
from surveys.exchange.expressions import rewrite, tokenise, write
from surveys.exchange.imported import ImportedSurvey, NoticeBook, Words, check_size
from surveys.exchange.piped_references import rename_references
from surveys.exchange.xlsform_questions import CARRIED, INSTEAD, Draft, QuestionReader
from surveys.exchange.xlsform_tables import Row, Tables, find_plain_language, language_of, read_rows
from surveys.exchange.xlsform_tree import Node, build_tree, is_matrix
from surveys.localised import LANGUAGES, Localised
from surveys.problems import SurveyError
from surveys.question_type import OTHER

INTRODUCTION = "introduction"
MOST_ROWS = 5_000  # of a form: one question of ours may be a hundred rows
_SETTINGS_READ = {"form_title", "form_id", "version", "default_language", "style", "name"}


@dataclass(frozen=True)
class ReadForm:
    """What was read, with our code of each name: of questions and their parts, and of sections."""

    imported: ImportedSurvey
    codes: Mapping[str, str]
    sections: Mapping[str, str]


def read_form(tables: Tables, name: str, words: Words) -> ReadForm:
    """Return the survey of a form's visible sheets, with notices (codes xlsform.… and import.…).

    `words` are the platform's labels, so that its own "other" and special values are known. Raises `SurveyError`:
    xlsform.no_survey_sheet, xlsform.no_questions, xlsform.unclosed, xlsform.nothing_to_end, xlsform.too_deep,
    import.too_many_questions, import.too_many_choices.
    """
    if "survey" not in tables:
        raise SurveyError.of("xlsform.no_survey_sheet", name)
    notices = NoticeBook()
    plain = find_plain_language(tables, notices)
    tree = build_tree(read_rows(tables, "survey", plain, notices), notices)
    nodes = [node for top in tree for node in top.walk()]
    if not nodes:
        raise SurveyError.of("xlsform.no_questions", name)
    lists = _read_lists(read_rows(tables, "choices", plain, notices), words, notices)
    used = sum(len(lists[node.list_name].choices) for node in nodes if node.list_name in lists)
    check_size(name, sum(not node.is_group for node in nodes), used, MOST_ROWS)
    form = _Form(tree, lists, words, notices)
    settings = (read_rows(tables, "settings", plain, NoticeBook()) or [Row("settings", 2)])[0]
    for column in settings.cells:
        if column not in _SETTINGS_READ:
            notices.add("xlsform.cell_left_out", settings.place(column), column=column)
    survey = form.survey(settings, Path(name).stem)
    sections = {node.name: form.sections[id(node)] for node in tree if id(node) in form.sections}
    return ReadForm(ImportedSurvey(survey, notices.finish()), form.codes, sections)


def _read_lists(rows: Sequence[Row], words: Words, notices: NoticeBook) -> dict[str, ChoiceList]:
    given: dict[str, dict[str, Localised]] = {}
    ignored: set[str] = set()
    for row in rows:
        name, choice = row.get("list_name"), row.get("name")
        if not name or not choice:
            notices.add("xlsform.choice_incomplete", row.place())
            continue
        if choice in given.setdefault(name, {}):
            notices.add("xlsform.choice_repeated", row.place("name"), name=choice, list=name)
            continue
        given[name][choice] = row.text("label")
        for column in set(row.cells) - {"list_name", "name"} - ignored:
            ignored.add(column)
            notices.add("xlsform.column_left_out", row.place(column), column=column)
    return {name: make_list(choices.items(), words) for name, choices in given.items()}


@dataclass
class _Form:
    """A form being read: our code for each of its names, and the conditions that refer to them."""

    tree: list[Node]
    lists: Mapping[str, ChoiceList]
    words: Words
    notices: NoticeBook
    codes: dict[str, str] = field(default_factory=dict)
    sections: dict[int, str] = field(default_factory=dict)  # by identity of a group: groups may lack a name
    others: dict[str, Node] = field(default_factory=dict)  # by name of a choice question: its "please specify"
    drafts: list[tuple[Node, Draft]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._question_codes = Codes("q", RESERVED_CODES)
        self._section_codes = Codes("section")
        for node in self.tree:
            if node.is_group and not is_matrix(node):
                self.sections[id(node)] = self._section_codes.give(node.name)
                self._name_all(node.children)
            else:
                self._name_all([node])
        nodes = [node for top in self.tree for node in top.walk()]
        listed = [node for node in nodes if node.list_name in self.lists]
        self._choices: dict[str, Mapping[str, str]] = {node.name: _cells(node, self.lists) for node in listed}
        self._choices |= {node.name: {"OK": "1"} for node in nodes if node.kind == "acknowledge"}
        self._carried = {node.name for node in nodes if node.kind in CARRIED - {"note"}}
        self._reader = QuestionReader(self.lists, self.codes, self.words, self.notices)

    def _name_all(self, nodes: Sequence[Node]) -> None:
        """Give our code to every name, in the order of the sheet, and find the texts that specify an “other”."""
        for at, node in enumerate(nodes):
            owner = nodes[at - 1] if at else None
            if owner is not None and self._specifies(node, owner):
                self.others[owner.name] = node
                self.codes[node.name] = f"{self.codes[owner.name]}.{OTHER}"
                continue
            self._name(node)
            if is_matrix(node):
                rows = Codes("row")
                for child in node.children:
                    code = rows.give(child.name.removeprefix(f"{node.name}{INSTEAD}"))
                    self.codes[child.name] = f"{self.codes[node.name]}.{code}"
            elif node.is_group:
                self._name_all(node.children)

    def _name(self, node: Node) -> None:
        if not node.name and not node.is_group:
            self.notices.add("xlsform.no_name", node.row.place("type"))
        node.row.cells.setdefault("name", f"unnamed {node.row.number}")
        if node.name in self.codes:
            self.notices.add("xlsform.name_repeated", node.row.place("name"), name=node.name)
            node.row.cells["name"] = f"{node.name} {node.row.number}"
        code = self._question_codes.give(node.name)
        self.codes[node.name] = code
        if code != node.name and node.kind in CARRIED and "name" in node.row.columns:
            self.notices.renamed(node.row.place("name"), node.name, code)

    def _specifies(self, node: Node, owner: Node) -> bool:
        """Return whether a text asks what the “other” of the question before it is."""
        made = self.lists.get(owner.list_name)
        if node.kind != "text" or made is None or made.other is None or owner.kind == "rank":
            return False
        tokens = tokenise(node.row.get("relevant"))
        wanted = (f"${{{owner.name}}} = '{OTHER}'", f"selected(${{{owner.name}}}, '{OTHER}')")
        return bool(tokens) and write(tokens or []) in wanted

    def survey(self, settings: Row, usual: str) -> Survey:
        """Return the survey; questions outside any group get sections of their own."""
        title = _title(settings)
        introduction, tree = Localised(), list(self.tree)
        if tree and tree[0].kind == "note" and tree[0].name == INTRODUCTION:
            introduction = self._pipe(tree.pop(0).row, "label")
        sections: list[Section] = []
        loose: list[Node] = []
        for node in [*tree, None]:
            is_section = node is not None and id(node) in self.sections
            if node is not None and not is_section:
                loose.append(node)
                continue
            if loose:
                if asked := self._questions(loose, ""):
                    sections.append(Section(self._section_codes.give("part"), title, questions=asked))
                loose = []
            if node is not None:
                sections.append(self._section(node))
        code = Codes("survey").give(settings.get("form_id") or usual)
        return Survey(code, title, introduction, tuple(sections), self._checks())

    def _section(self, node: Node) -> Section:
        children = list(node.children)
        introduction = Localised()
        if children and children[0].kind == "note" and children[0].name.endswith(f"{INSTEAD}{INTRODUCTION}"):
            introduction = self._pipe(children.pop(0).row, "label")
        for column in set(node.row.cells) & {"repeat_count"}:
            self.notices.add("xlsform.cell_left_out", node.row.place(column), column=column)
        questions = self._questions(children, "")
        return Section(
            self.sections[id(node)], self._pipe(node.row, "label"), introduction, questions, self._condition(node.row)
        )

    def _questions(self, nodes: Sequence[Node], condition: str) -> tuple[Question, ...]:
        """Return the questions of some rows; `condition` is that of the groups around them."""
        specifying = {id(node) for node in self.others.values()}
        found: list[Question] = []
        for node in nodes:
            if id(node) in specifying:
                continue
            own = self._joined(condition, self._condition(node.row), node.row)
            if is_matrix(node):
                found.append(self._finish(node, self._matrix(node), own))
            elif node.is_group:
                label = self._pipe(node.row, "label")
                if label:
                    found.append(Question(self.codes[node.name], "text_block", label, show_if=own))
                found += self._questions(node.children, own)
            elif (draft := self._reader.read(node, self.others)) is not None:
                self.drafts.append((node, draft))
                found.append(self._finish(node, draft.question, own))
        return tuple(found)

    def _matrix(self, node: Node) -> Question:
        made = self._reader.matrix(node)
        rows = zip(made.rows, node.children, strict=True)
        return replace(made, rows=tuple(replace(row, show_if=self._condition(child.row)) for row, child in rows))

    def _finish(self, node: Node, question: Question, condition: str) -> Question:
        """Return a question with its condition, and with the references in its texts renamed."""
        return replace(
            question,
            text=self._renamed(question.text, node.row),
            help=self._renamed(question.help, node.row),
            why=self._renamed(question.why, node.row),
            rows=tuple(replace(row, label=self._renamed(row.label, node.row)) for row in question.rows),
            choices=tuple(replace(each, label=self._renamed(each.label, node.row)) for each in question.choices),
            show_if=condition,
        )

    def _pipe(self, row: Row, column: str) -> Localised:
        return self._renamed(row.text(column), row)

    def _renamed(self, text: Localised, row: Row) -> Localised:
        renamed, is_whole = rename_references(text, self._reference)
        if not is_whole:
            self.notices.add("import.reference_lost", row.place("label"))
        return renamed

    def _reference(self, name: str) -> str | None:
        """Return our reference for a name of the form; None for what was not carried over."""
        return self.codes.get(name) if name in self._carried else None

    def _condition(self, row: Row, column: str = "relevant") -> str:
        given = row.get(column)
        if not given:
            return ""
        condition = self._rewritten(given)
        if condition is None:
            self.notices.add("xlsform.condition_left_out", row.place(column), column=column)
        return condition or ""

    def _rewritten(self, expression: str, itself: str | None = None) -> str | None:
        condition = rewrite(expression, self._reference, self._choices, itself)
        if condition is None:
            return None
        try:
            parse(condition)
        except SurveyError:
            return None
        return condition

    def _joined(self, outer: str, inner: str, row: Row) -> str:
        """Return a condition that holds where both do; either may be empty."""
        if not outer or not inner:
            return outer or inner
        both = f"({outer}) and ({inner})"
        try:
            parse(both)
        except SurveyError:
            self.notices.add("xlsform.condition_left_out", row.place("relevant"), column="relevant")
            return outer
        return both

    def _checks(self) -> tuple[Check, ...]:
        """Return the constraints that are no settings of their question, as checks of the survey."""
        codes, checks = Codes("check"), []
        for node, draft in self.drafts:
            if not draft.limits.rest:
                continue
            joined = " and ".join(draft.limits.rest)
            condition = self._rewritten(joined, node.name)
            if condition is None:
                self.notices.add("xlsform.condition_left_out", node.row.place("constraint"), column="constraint")
                continue
            code = codes.give(f"{draft.question.code}_check"[:40])
            checks.append(Check(code, condition, self._pipe(node.row, "constraint_message")))
        return tuple(checks)


def _cells(node: Node, lists: Mapping[str, ChoiceList]) -> Mapping[str, str]:
    """Return our cell for each of theirs: the points of a scale are numbers, and stay what they are."""
    made = lists[node.list_name]
    names = {code: name for name, code in made.codes.items()}
    is_scale = node.kind == "select_one" and as_scale(made, lambda choice: names[choice.code])
    return {} if is_scale else made.codes


def _title(settings: Row) -> Localised:
    """Return the title: the format has one language for it, the default one."""
    language = language_of(settings.get("default_language")) or LANGUAGES[0]
    return Localised(**{language: settings.get("form_title")})
