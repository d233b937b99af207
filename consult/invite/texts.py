"""Ready-made texts, to be copied: what a newsletter, a signature, a call and a post may say, in each language."""

from dataclasses import dataclass

from consult.exports.poster import dates_sentence, plain_address, promise_line
from consult.languages import Formats, interface_words
from consult.record.consultation import Anonymity, Consultation


@dataclass(frozen=True)
class ReadyText:
    """A text in a language; `code` tells it from the others."""

    code: str
    language: str
    text: str


def ready_texts(consultation: Consultation, language: str, address: str, code_address: str) -> list[ReadyText]:
    """Return the texts of a language; the addresses are those of the survey and of the page where codes are typed."""
    _ = interface_words(language).gettext
    formats = Formats(language)
    is_anonymous = consultation.anonymity is Anonymity.ANONYMOUS
    values = {
        "title": consultation.title.shown(language)[1],
        "promise": promise_line(consultation, language),
        "address": address,
        "code_address": plain_address(code_address),
        "dates": dates_sentence(consultation, language),
        "contact": consultation.contact,
    }
    last = (
        _("You can answer until %(day)s.") % {"day": formats.day(consultation.closes_on)}
        if consultation.closes_on
        else ""
    )
    whose = (
        _("Your answers are anonymous: I note what you say, never who you are.")
        if is_anonymous
        else _("If you were invited by name, your answers are known to be yours by the consultation team alone.")
    )
    texts = {
        "newsletter": [
            values["title"],
            _("We would like to hear from you. %(promise)s") % values,
            _("Answer here: %(address)s") % values,
            last,
            _("On paper or by phone, or to ask a question: %(contact)s") % values,
        ],
        "signature": [_("Have your say – %(title)s: %(address)s") % values],
        "telephone": [
            _("Hello, I am calling about the consultation “%(title)s”. Do you have a few minutes?") % values,
            _("Taking part is voluntary and changes nothing in your care, your services or your work."),
            whose,
            values["promise"],
            _(
                "I will read you each question and write down your answer. You may skip any question and stop when you"
                " want. At the end I will give you a receipt: with it you can read, correct or withdraw your answers."
            ),
            _("If you would rather answer by yourself, I can give you a code to type at %(code_address)s.") % values,
            _("In an emergency, hang up and call 911."),
        ],
        "post": [" ".join(each for each in (_("Your experience counts: %(title)s.") % values, last, address) if each)],
    }
    return [ReadyText(code, language, "\n\n".join(each for each in said if each)) for code, said in texts.items()]
