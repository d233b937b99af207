"""What was done on a board, as sentences."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from consult.languages import Formats, interface_words
from consult.record.board_undo import PastAct
from consult.record.theme_board import Theme
from surveys.localised import Localised


@dataclass(frozen=True)
class Teller:
    """Tells acts to one reader: names of themes that they may not see, and numbers of contributions, are left out."""

    language: str
    hidden: Collection[str]
    has_numbers: bool

    def tell(self, past: PastAct) -> str:
        """Return who did what."""
        words = interface_words(self.language)
        _ = words.gettext
        who = past.name or _("The program")
        named = [self._name(code, labels) for code, labels in past.themes]
        one, other = (named[0] if named else ""), (named[-1] if named else "")
        many = ", ".join(_("“%(theme)s”") % {"theme": each} for each in named[:-1])
        said = {
            "accepted": _("%(who)s accepted “%(one)s”."),
            "rejected": _("%(who)s rejected “%(one)s”."),
            "reopened": _("%(who)s reopened “%(one)s”."),
            "renamed": _("%(who)s named or described “%(one)s”."),
            "made": _("%(who)s made the theme “%(one)s”."),
            "merged": _("%(who)s merged into “%(other)s”: %(many)s."),
            "moved": _("%(who)s moved contributions from “%(one)s” to “%(other)s”.")
            if len(named) > 1
            else _("%(who)s put contributions in “%(one)s”."),
            "taken_out": _("%(who)s took contributions out of “%(one)s”."),
            "nested": _("%(who)s put “%(one)s” under “%(other)s”."),
            "raised": _("%(who)s put “%(one)s” at the first level."),
            "language_split": _("%(who)s marked “%(one)s” as only a language split."),
            "no_language_split": _("%(who)s took back that “%(one)s” is only a language split."),
            "split": _("%(who)s split “%(one)s”."),
            "added": _("%(who)s added “%(one)s”, which a newer analysis proposes."),
            "joined": _("%(who)s placed contributions that came later."),
            "undone": _("%(who)s undid act %(act)s."),
            "brought_back": _("%(who)s brought back what act %(act)s undid."),
        }.get(past.act.kind, "%(who)s")
        sentence = said % {"who": who, "one": one, "other": other, "many": many, "act": past.undoes or ""}
        return f"{sentence} {self._number(past)}".strip()

    def _number(self, past: PastAct) -> str:
        if not self.has_numbers or not past.parts:
            return ""
        words = interface_words(self.language)
        count = Formats(self.language).number(past.parts)
        return words.ngettext("(%(count)s contribution)", "(%(count)s contributions)", past.parts) % {"count": count}

    def _name(self, code: str, labels: Localised) -> str:
        if code in self.hidden:
            return interface_words(self.language).gettext("a theme that is not shown")
        return labels.shown(self.language)[1] or code


def name_themes(themes: Mapping[str, Localised] | Collection[Theme], language: str) -> dict[str, str]:
    """Return what themes are called in a language, by code."""
    pairs = themes.items() if isinstance(themes, Mapping) else [(theme.code, theme.labels) for theme in themes]
    return {code: labels.shown(language)[1] or code for code, labels in pairs}
