"""A row of an XLSForm as a question of ours: what each kind becomes, and what of it stays behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from surveys.definition import Choice, Question, Setting
from surveys.exchange.choice_lists import ChoiceList, as_scale, is_ours, is_yes_no
from surveys.exchange.imported import NoticeBook, Words
from surveys.exchange.xlsform_constraints import Limits, read_constraint
from surveys.exchange.xlsform_tree import Node
from surveys.localised import Localised
from surveys.question_type import OTHER

INSTEAD = "__"  # between the name of a question and that of what belongs to it: likes__tea
_NO = {"", "no", "false", "false()", "0", "n"}
_YES = {"yes", "true", "true()", "1", "y"}
_PLAIN_LOOKS = {"multiline", "table-list", "field-list", "label", "list-nolabel", "likert"}
READ = frozenset({"type", "name", "relevant", "required", "constraint", "appearance", "parameters"})


@dataclass(frozen=True)
class Draft:
    """A question as far as its own row says it, with the limits of which some are checks of ours."""

    question: Question
    limits: Limits = field(default_factory=Limits)


@dataclass
class QuestionReader:
    """Makes questions; `lists` are the form's choices by list, `codes` our codes by name."""

    lists: Mapping[str, ChoiceList]
    codes: Mapping[str, str]
    words: Words
    notices: NoticeBook
    _told: set[str] = field(default_factory=set)  # lists whose codes were said to be new

    def read(self, node: Node, others: Mapping[str, Node]) -> Draft | None:
        """Return the question of a row, or None with a notice; `others` are the “please specify” of the choices.

        Notices: xlsform.type_left_out (type), xlsform.no_list (list), xlsform.cell_left_out (column), and more.
        """
        make = _MAKERS.get(node.kind)
        if make is None or (node.list_name and node.list_name not in self.lists):
            code = "xlsform.type_left_out" if make is None else "xlsform.no_list"
            self.notices.add(code, node.row.place("type"), type=node.kind, name=node.name, list=node.list_name)
            return None
        self._note_leftovers(node)
        made = make(self, node)
        if node.name in others or node.or_other:
            made = self._with_other(made, others.get(node.name))
        limits = read_constraint(made.type, node.row.get("constraint"))
        if limits is None:
            self.notices.add("xlsform.condition_left_out", node.row.place("constraint"), column="constraint")
            limits = Limits()
        elif node.row.texts.get("constraint_message") and not limits.rest:
            self.notices.add("xlsform.message_left_out", node.row.place("constraint_message"))
        return Draft(self._limited(made, node, limits), limits)

    def _limited(self, made: Question, node: Node, limits: Limits) -> Question:
        """Return a question with the settings that its constraint gives, and what must stand alone."""
        settings = _settings(dict(made.settings) | limits.settings)
        if made.type != "several_choices":
            return replace(made, settings=settings)
        codes = self.lists[node.list_name].codes
        alone = {codes.get(name, name) for name in limits.exclusive}
        choices = tuple(replace(choice, exclusive=choice.code in alone) for choice in made.choices)
        return replace(made, settings=settings, choices=choices)

    def base(self, node: Node, kind: str) -> Question:
        """Return the question without what its kind adds."""
        row = node.row
        return Question(
            self.codes[node.name],
            kind,
            row.text("label") or row.text("hint"),
            row.text("hint") if row.text("label") else Localised(),
            row.text("guidance_hint"),
            required=self.is_required(node),
        )

    def is_required(self, node: Node) -> bool:
        """Return whether an answer is required; a condition in that column is named and left out."""
        said = node.row.get("required").lower()
        if said not in _NO | _YES:
            self.notices.add("xlsform.condition_left_out", node.row.place("required"), column="required")
        return said in _YES

    def matrix(self, node: Node) -> Question:
        """Return a group of single choices of one list as one matrix."""
        base = self.base(node, "matrix")
        made = self.lists[node.children[0].list_name]
        rows = []
        for child in node.children:
            self._note_leftovers(child, "constraint")
            if child.row.texts.get("hint"):
                self.notices.add("xlsform.cell_left_out", child.row.place("hint"), column="hint")
            code = self.codes[child.name].rpartition(".")[2]
            rows.append(Choice(code, child.row.text("label")))
        required = [self.is_required(child) for child in node.children]
        if any(required) and not all(required):
            self.notices.add("xlsform.required_for_all", node.row.place("required"))
        self._note_leftovers(node)
        self._note_list(node.children[0], made, takes_other=False)
        for child in node.children:
            if "randomize" in parameters(child.row.get("parameters")):
                self.notices.add("xlsform.parameter_left_out", child.row.place("parameters"), parameter="randomize")
        return replace(base, choices=made.choices, rows=tuple(rows), offers=made.offers, required=any(required))

    def _note_leftovers(self, node: Node, *more: str) -> None:
        row = node.row
        for column, cell in row.cells.items():
            if (column not in READ or column in more) and not column.startswith("consult") and cell:
                self.notices.add("xlsform.cell_left_out", row.place(column), column=column)
        for look in row.get("appearance").split():
            if look not in _PLAIN_LOOKS:
                self.notices.add("xlsform.appearance_left_out", row.place("appearance"), appearance=look)
        if row.texts.get("required_message"):
            self.notices.add("xlsform.message_left_out", row.place("required_message"))
        known = {"randomize"} if node.kind in {"select_one", "select_multiple", "rank"} else set()
        known |= {"start", "end", "step"} if node.kind == "range" else set()
        for name in parameters(row.get("parameters")):
            if name not in known:
                self.notices.add("xlsform.parameter_left_out", row.place("parameters"), parameter=name)

    def _note_list(self, node: Node, made: ChoiceList, *, takes_other: bool = True) -> None:
        for name in made.relabelled:
            self.notices.add("import.special_answer", node.row.place("type"), name=name, list=node.list_name)
        if made.other is not None and not takes_other:
            self.notices.add("import.other_left_out", node.row.place("type"), list=node.list_name)
        if made.renamed and node.list_name not in self._told:
            self._told.add(node.list_name)
            old, new = next((old, new) for old, new in made.codes.items() if old != new)
            place, count = node.row.place("type"), made.renamed
            self.notices.add("import.choices_renamed", place, list=node.list_name, count=count, old=old, new=new)

    def choices(self, node: Node, kind: str) -> Question:
        """Return a question with the choices of its list."""
        made = self.lists[node.list_name]
        base = self.base(node, kind)
        self._note_list(node, made, takes_other=kind != "ranking")
        is_random = parameters(node.row.get("parameters")).get("randomize", "").lower() == "true"
        settings: dict[str, Setting] = {}
        if made.other is not None and kind != "ranking":
            settings["has_other"] = True
            if made.other and not is_ours(OTHER, made.other, self.words):
                settings["other_label"] = made.other
        return replace(
            base,
            choices=made.choices,
            offers=made.offers,
            random_order=is_random,
            settings=_settings(settings),
        )

    def _with_other(self, made: Question, specify: Node | None) -> Question:
        """Return a question with “other”, whose own text question becomes part of it."""
        if specify is not None:
            self._note_leftovers(specify, "constraint")
            label = specify.row.text("label")
            if label and not is_ours(OTHER, label, self.words) and label != dict(made.settings).get("other_label"):
                self.notices.add("xlsform.specify_text", specify.row.place("label"), name=specify.name)
        return replace(made, settings=_settings(dict(made.settings) | {"has_other": True}))


def parameters(cell: str) -> dict[str, str]:
    """Return the parameters of a row by name: ``start=1 end=5``."""
    pairs = (part.partition("=") for part in cell.replace(" =", "=").replace("= ", "=").replace(";", " ").split())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _settings(values: Mapping[str, Setting]) -> tuple[tuple[str, Setting], ...]:
    return tuple(sorted(values.items()))


def _text(reader: QuestionReader, node: Node) -> Question:
    is_long = "multiline" in node.row.get("appearance").split()
    return reader.base(node, "long_text" if is_long else "short_text")


def _number(reader: QuestionReader, node: Node) -> Question:
    settings: dict[str, Setting] = {"decimals": 2} if node.kind == "decimal" else {}
    return replace(reader.base(node, "number"), settings=_settings(settings))


def _range(reader: QuestionReader, node: Node) -> Question:
    """Return a range as a scale, from 1 up by one; a wider or finer one as a number with bounds."""
    given = parameters(node.row.get("parameters"))
    numbers = [given.get(name, usual) for name, usual in (("start", "1"), ("end", "10"), ("step", "1"))]
    if not all(text.lstrip("-").isdecimal() and len(text) < 10 for text in numbers):
        reader.notices.add("xlsform.range_as_number", node.row.place("parameters"))
        return replace(reader.base(node, "number"), settings=(("decimals", 2),))
    start, end, step = map(int, numbers)
    points = end - start + 1
    if step == 1 and 3 <= points <= 11:
        if start != 1:
            reader.notices.add("xlsform.range_from_one", node.row.place("parameters"), start=start, points=points)
        return replace(reader.base(node, "scale"), settings=(("points", points),))
    reader.notices.add("xlsform.range_as_number", node.row.place("parameters"))
    return replace(reader.base(node, "number"), settings=(("maximum", end), ("minimum", start)))


def _select_one(reader: QuestionReader, node: Node) -> Question:
    made = reader.lists[node.list_name]
    if is_yes_no(made, reader.words) and not node.or_other:
        return replace(reader.base(node, "yes_no"), offers=made.offers)
    names = {code: name for name, code in made.codes.items()}
    scale = None if node.or_other else as_scale(made, lambda choice: names[choice.code])
    if scale:
        points, low, high = scale
        ends = (("high", high), ("low", low), ("points", points))
        return replace(reader.base(node, "scale"), offers=made.offers, settings=ends)
    return reader.choices(node, "single_choice")


def _plain(kind: str) -> Callable[[QuestionReader, Node], Question]:
    return lambda reader, node: reader.base(node, kind)


def _listed(kind: str) -> Callable[[QuestionReader, Node], Question]:
    return lambda reader, node: reader.choices(node, kind)


_MAKERS: Mapping[str, Callable[[QuestionReader, Node], Question]] = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "range": _range,
    "date": _plain("date"),
    "note": _plain("text_block"),
    "acknowledge": _plain("consent"),
    "select_one": _select_one,
    "select_multiple": _listed("several_choices"),
    "rank": _listed("ranking"),
}
CARRIED = frozenset(_MAKERS)
