"""What a message says, as plain text and as HTML, in the reader's language.

The facilitator writes the subject and a few paragraphs. Who asks, the link, the last day, what becomes of the answers
and how to get no more messages are always there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from consult.languages import Formats, interface_words
from consult.mail.post import in_ascii
from consult.mail_server import MailServer
from consult.record.consultation import Anonymity, Consultation
from consult.record.mailing import MailKind, MailText, on_one_line
from consult.resources import resource

# By it a message that comes back is known again.
HEADER = "X-Consult"


@dataclass(frozen=True)
class Letter:
    """One message, ready to be written: what it says and where its two addresses lead."""

    kind: MailKind
    language: str
    subject: str
    text: str
    # Where the button leads, and where one asks for no more messages.
    link: str
    unsubscribe: str

    def __repr__(self) -> str:
        return "Letter(…)"


@dataclass(frozen=True)
class Asking:
    """What all messages of a consultation say about it."""

    title: str
    contact: str
    closes_on: date | None
    is_anonymous: bool
    is_fictional: bool


def describe(consultation: Consultation, language: str) -> Asking:
    """Return what messages in a language say about a consultation."""
    return Asking(
        title=on_one_line(consultation.title.shown(language)[1]),
        contact=on_one_line(consultation.contact),
        closes_on=consultation.closes_on,
        is_anonymous=consultation.anonymity is Anonymity.ANONYMOUS,
        is_fictional=consultation.is_fictional,
    )


def ready_text(kind: MailKind, consultation: Consultation, language: str) -> MailText:
    """Return what a message says unless the facilitator writes something else."""
    _ = interface_words(language).gettext
    title = describe(consultation, language).title
    subject = {
        MailKind.INVITATION: _("Your invitation: %(title)s"),
        MailKind.REMINDER: _("You can still answer: %(title)s"),
        MailKind.RESULTS: _("The results: %(title)s"),
    }[kind]
    text = {
        MailKind.INVITATION: _(
            "Hello,\n\nYou are invited to take part in the consultation named above. What you live and know counts.\n\n"
            "Taking part is voluntary. Your personal link is below: nobody else has it. You can stop at any time and go"
            " on later, on any device."
        ),
        MailKind.REMINDER: _(
            "Hello,\n\nA few days ago we invited you to take part in the consultation named above. Your link has not"
            " been used yet, and it is not too late.\n\nTaking part is voluntary. If you would rather not, there is"
            " nothing to do."
        ),
        MailKind.RESULTS: _(
            "Hello,\n\nYou asked to be notified when the results of this consultation are out. They are out now. The"
            " team that held the consultation can tell you where to read them.\n\nThank you for your interest."
        ),
    }[kind]
    return MailText(subject % {"title": title}, text)


def write_plain(letter: Letter, asking: Asking) -> str:
    """Return the message as plain text."""
    return _render("mail/letter.txt", letter, asking).strip() + "\n"


def write_html(letter: Letter, asking: Asking) -> str:
    """Return the message as an HTML document with nothing from outside."""
    return _render("mail/letter.html", letter, asking)


def write_body(letter: Letter, asking: Asking) -> str:
    """Return what stands in the HTML document, to be shown on a page."""
    return _render("mail/_body.html", letter, asking)


def compose(
    letter: Letter, asking: Asking, server: MailServer, *, to: str, name: str = "", message_id: str
) -> EmailMessage:
    """Return the message with its headers; one-click unsubscribing is as RFC 8058 has it."""
    message = EmailMessage()
    message["From"] = Address(asking.title[:100], addr_spec=server.sender)
    local, _, domain = in_ascii(to).rpartition("@")
    message["To"] = Address(name, local, domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{message_id}@{server.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message[HEADER] = message_id
    if reply := _reply_to(asking.contact):
        message["Reply-To"] = reply
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(write_plain(letter, asking), cte="quoted-printable")
    message.add_alternative(write_html(letter, asking), subtype="html", cte="quoted-printable")
    message["Content-Language"] = f"{letter.language}-CA"  # last: setting the content takes such headers away
    return message


def _reply_to(contact: str) -> str:
    """Return the address in what the facilitator wrote about whom to ask, where there is exactly one."""
    found = [word.strip(".,;:()<>") for word in contact.split() if "@" in word]
    if len(found) != 1 or not found[0].isascii():
        return ""
    local, at, domain = found[0].partition("@")
    return found[0] if local and at and "." in domain and not set(found[0]) & set('<>,;:"[]()\\') else ""


def _render(template: str, letter: Letter, asking: Asking) -> str:
    paragraphs = [" ".join(part.split("\n")).strip() for part in letter.text.replace("\r", "").split("\n\n")]
    return (
        _environment(letter.language)
        .get_template(template)
        .render(
            letter=letter,
            asking=asking,
            paragraphs=[part for part in paragraphs if part],
            formats=Formats(letter.language),
        )
    )


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = interface_words(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment
