"""What concerns are called on a page, and why words were flagged."""

from analysis.alarms import Reason
from consult.messages import Words
from consult.personal_words import kind_names
from consult.record.errors import RecordError


def reason_names(words: Words) -> dict[str, str]:
    """Return why words were flagged, by the code of the reason."""
    _ = words.gettext
    return {
        Reason.SUICIDE: _("suicide"),
        Reason.SELF_HARM: _("harm to oneself"),
        Reason.VIOLENCE: _("violence"),
        Reason.THREAT: _("a threat"),
        Reason.CHILD: _("harm to a child"),
        Reason.ABUSE: _("mistreatment"),
        Reason.COMPLAINT: _("a complaint"),
        Reason.LAWSUIT: _("legal action"),
        Reason.FAULT: _("a fault in care"),
        **kind_names(words),
    }


def refusal(error: RecordError, words: Words) -> str | None:
    """Return why nothing was changed; None for what the page cannot meet."""
    _ = words.gettext
    return {
        "concern.missing": _("Nothing was changed: these words are not in the list any more."),
        "concern.decided": _("Nothing was changed: somebody else has decided otherwise meanwhile. Look again."),
        "concern.note_needed": _("Write what was done. A few words are enough."),
        "concern.note_too_long": _("What was done is too long. Shorten it to 2,000 characters."),
        "membership.missing": _("Nothing was changed: this person does not run the consultation any more."),
    }.get(error.code)
