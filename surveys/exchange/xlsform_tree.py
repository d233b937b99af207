"""The rows of an XLSForm's survey sheet as a tree: groups hold rows, rows have a known kind of question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from surveys.exchange.imported import NoticeBook
from surveys.exchange.xlsform_tables import Row
from surveys.problems import SurveyError

DEEPEST = 20  # groups in groups
_LISTED = re.compile(
    r"(?P<kind>select[ _]one|select[ _]multiple|select all that apply|rank)(?: from)? (?P<list>\S+)"
    r"(?P<other> or[ _]other| or specify other)?",
    re.IGNORECASE,
)
_KINDS = {
    "string": "text",
    "int": "integer",
    "number": "integer",
    "select one": "select_one",
    "select multiple": "select_multiple",
    "select all that apply": "select_multiple",
    "trigger": "acknowledge",
    "add note prompt": "note",
    "lgroup": "group",
    "looped group": "repeat",
}


@dataclass
class Node:
    """A question or a group; `kind` is the type without its list, `children` what a group holds."""

    row: Row
    kind: str
    list_name: str = ""
    or_other: bool = False
    children: list["Node"] = field(default_factory=list)
    is_group: bool = False

    @property
    def name(self) -> str:
        """The name that the form gives it."""
        return self.row.get("name")

    def walk(self) -> Iterator["Node"]:
        """Yield this node and everything below it, in the order of the sheet."""
        yield self
        for child in self.children:
            yield from child.walk()


def build_tree(rows: Sequence[Row], notices: NoticeBook) -> list[Node]:
    """Return the nodes of the highest level.

    Raises `SurveyError`: xlsform.unclosed (a group that is never ended), xlsform.nothing_to_end,
    xlsform.too_deep. Notices: xlsform.no_name, xlsform.repeat.
    """
    top: list[Node] = []
    stack: list[Node] = []
    for row in rows:
        kind = " ".join(row.get("type").split())
        if not kind:
            continue
        verb, _, rest = kind.replace("_", " ").lower().partition(" ")
        if verb == "end" and rest in {"group", "repeat", "looped group", "lgroup"}:
            if not stack:
                raise SurveyError.of("xlsform.nothing_to_end", row.place("type"))
            stack.pop()
            continue
        level = stack[-1].children if stack else top
        if verb == "begin" and rest in {"group", "repeat", "looped group", "lgroup"}:
            level.append(_open_group(row, rest, notices))
            stack.append(level[-1])
            if len(stack) > DEEPEST:
                raise SurveyError.of("xlsform.too_deep", row.place(), limit=DEEPEST)
        else:
            level.append(_node(row, kind))
    if stack:
        raise SurveyError.of("xlsform.unclosed", stack[-1].row.place("type"), name=stack[-1].name[:60])
    return top


def _open_group(row: Row, kind: str, notices: NoticeBook) -> Node:
    if kind in {"repeat", "looped group"}:
        notices.add("xlsform.repeat", row.place("type"), name=row.get("name"))
    return Node(row, "group", is_group=True)


def _node(row: Row, kind: str) -> Node:
    listed = _LISTED.fullmatch(kind)
    if listed is None:
        return Node(row, _KINDS.get(kind.lower(), kind.lower()))
    verb = listed["kind"].lower().replace("_", " ")
    return Node(row, _KINDS.get(verb, verb), listed["list"], bool(listed["other"]))


def is_matrix(node: Node) -> bool:
    """Return whether a group is one table: single choices of one list, shown as a table."""
    choices = node.children
    if not node.is_group or not choices or any(child.kind != "select_one" for child in choices):
        return False
    if len({child.list_name for child in choices}) > 1 or any(child.or_other for child in choices):
        return False
    if "table-list" in node.row.get("appearance").split():
        return True
    looks = [child.row.get("appearance").split() for child in choices]
    return len(looks) > 1 and "label" in looks[0] and all("list-nolabel" in look for look in looks[1:])
