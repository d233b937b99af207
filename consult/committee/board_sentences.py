"""What was done on a board, as sentences."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from consult.languages import Formats, interface_words
from consult.record.board_undo import PastAct
from consult.record.theme_board import Theme
from surveys.localised import Localised


@dataclass(frozen=True)
class Teller:
    """Tells acts to one reader; numbers of contributions are left out for a reader who has none.

    `names` are what themes are called now, by code, as this reader may see them; None for one from whom no name is
    kept: then themes are called as they were at the time. An earlier name may be the machine's, made of the words of a
    few, whatever people call the theme since.
    """

    language: str
    names: Mapping[str, Localised] | None
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

    def tell_undoing(self, past: PastAct) -> str:
        """Return what undoing an act would bring back."""
        _ = interface_words(self.language).gettext
        named = [self._name(code, labels) for code, labels in past.themes]
        one, other = (named[0] if named else ""), (named[-1] if named else "")
        kind = past.act.kind
        if kind in {"accepted", "rejected", "reopened"}:
            return self._tell_state(past, one)
        if kind == "renamed":
            return self._tell_name(past, one)
        if kind == "moved":
            return (
                _("Undoing it puts them back in “%(one)s”.") % {"one": one}
                if len(named) > 1
                else _("Undoing it takes them out of “%(one)s” again.") % {"one": one}
            )
        many = ", ".join(_("“%(theme)s”") % {"theme": each} for each in named[:-1])
        said = {
            "made": _("Undoing it takes “%(one)s” off the board."),
            "added": _("Undoing it takes “%(one)s” off the board; what came into it stands in no theme again."),
            "merged": _("Undoing it brings back, apart from “%(other)s”: %(many)s."),
            "taken_out": _("Undoing it puts them back in “%(one)s”."),
            "nested": _("Undoing it puts “%(one)s” back where it stood."),
            "raised": _("Undoing it puts “%(one)s” back under the theme above it."),
            "language_split": _("Undoing it takes the mark off “%(one)s”."),
            "no_language_split": _("Undoing it brings the mark back on “%(one)s”."),
            "split": _("Undoing it makes “%(one)s” whole again; its parts go."),
            "undone": _("Undoing it brings back what act %(act)s had done."),
            "brought_back": _("Undoing it takes back again what act %(act)s undid."),
        }.get(kind, "")
        return said % {"one": one, "other": other, "many": many, "act": past.undoes or ""}

    def _tell_state(self, past: PastAct, name: str) -> str:
        _ = interface_words(self.language).gettext
        was = past.value_before("state")
        said = {
            "proposed": _("Undoing it leaves “%(one)s” to decide again."),
            "accepted": _("Undoing it makes “%(one)s” accepted again."),
            "rejected": _("Undoing it makes “%(one)s” rejected again."),
        }.get(str(was), "")
        return said % {"one": name}

    def _tell_name(self, past: PastAct, name: str) -> str:
        _ = interface_words(self.language).gettext
        was = past.value_before("labels")
        earlier = Localised.from_json(was).shown(self.language)[1] if was and self.names is None else ""
        if earlier and earlier != name:
            return _("Undoing it calls it “%(earlier)s” again.") % {"earlier": earlier}
        return _("Undoing it brings back its earlier name and description.")

    def _number(self, past: PastAct) -> str:
        if not self.has_numbers or not past.parts:
            return ""
        words = interface_words(self.language)
        count = Formats(self.language).number(past.parts)
        return words.ngettext("(%(count)s contribution)", "(%(count)s contributions)", past.parts) % {"count": count}

    def _name(self, code: str, labels: Localised) -> str:
        if self.names is None:
            return labels.shown(self.language)[1] or code
        known = self.names.get(code)
        if known is None:
            return interface_words(self.language).gettext("a theme that is not shown")
        return known.shown(self.language)[1] or code


def name_themes(themes: Mapping[str, Localised] | Collection[Theme], language: str) -> dict[str, str]:
    """Return what themes are called in a language, by code."""
    pairs = themes.items() if isinstance(themes, Mapping) else [(theme.code, theme.labels) for theme in themes]
    return {code: labels.shown(language)[1] or code for code, labels in pairs}
