"""What the forms are called by which a person could be recognised: the same words wherever they are pointed at."""

from analysis.personal import Kind
from consult.messages import Words


def kind_names(words: Words) -> dict[str, str]:
    """Return what each form of personal data is called, by its code."""
    _ = words.gettext
    return {
        Kind.EMAIL: _("e-mail address"),
        Kind.WEB: _("web address"),
        Kind.HEALTH_NUMBER: _("health insurance number"),
        Kind.TELEPHONE: _("telephone number"),
        Kind.POSTAL_CODE: _("postal code"),
        Kind.NUMBER: _("long number"),
        Kind.NAME: _("name"),
        Kind.MAYBE_NAME: _("perhaps a name"),
        Kind.RARE: _("happens to few"),
    }
