"""Sentences about messages: what became of them, why nothing leaves."""

from gettext import NullTranslations

from consult.record.mail_state import Reach
from consult.record.mailing import MailKind

Words = NullTranslations


def reach_words(words: Words) -> dict[Reach, str]:
    """Return how far somebody was reached, in two or three words."""
    _ = words.gettext
    return {
        Reach.NEW: _("Not invited yet"),
        Reach.LINK_GIVEN: _("Has a link"),
        Reach.QUEUED: _("Message waiting"),
        Reach.INVITED: _("Invited"),
        Reach.REMINDED: _("Reminded"),
        Reach.USED: _("Has answered"),
        Reach.UNCERTAIN: _("Perhaps sent"),
        Reach.REFUSED: _("Refused by the mail server"),
        Reach.BOUNCED: _("Came back"),
        Reach.UNSUBSCRIBED: _("Wants no messages"),
    }


def trouble(code: str | None, words: Words) -> str:
    """Return why nothing can be sent, and what to do."""
    _ = words.gettext
    return {
        "mail.not_set": _("This server does not know a mail server. An administrator sets CONSULT_MAIL_URL."),
        "mail.unreachable": _(
            "The mail server could not be reached, or closed the connection. It is tried again every ten minutes."
        ),
        "mail.not_encrypted": _(
            "The mail server offers no encryption, so nothing was sent. An administrator can check CONSULT_MAIL_URL."
        ),
        "mail.not_admitted": _(
            "The mail server does not accept the name or the password. An administrator can check CONSULT_MAIL_URL."
        ),
        "mail.sender_refused": _(
            "The mail server does not accept the sender’s address, or not now. An administrator can check it in"
            " CONSULT_MAIL_URL."
        ),
        "mail.all_refused": _(
            "The mail server refused ten messages and took none, so the others were kept back. Ask an administrator"
            " whether this server may send through it."
        ),
    }.get(code or "", _("Something went wrong in the program itself. It is tried again every ten minutes."))


def refused_sentence(words: Words) -> str:
    """Return what to say where the mail server refused one address."""
    return words.gettext("The mail server refused this address. Check it.")


def kind_titles(words: Words) -> dict[MailKind, str]:
    """Return what the page for writing a kind of message is called."""
    _ = words.gettext
    return {
        MailKind.INVITATION: _("Write the invitation"),
        MailKind.REMINDER: _("Write the reminder"),
        MailKind.RESULTS: _("Write about the results"),
    }
