"""The forms of a consultation's life, with our own words for what is wrong in them."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Form, ValidationError
from wtforms.fields import BooleanField, DateField, HiddenField, StringField

from consult.record.lifecycle import Dates
from surveys.cleaning import clean_text

LONGEST_REASON = 500
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Day(DateField):  # type: ignore[misc]  # WTForms brings no types
    """A day, or nothing; what was typed stays in the field when it is no day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; raises ValueError with our sentence."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            self.data = None
        if self.data is None or not _FIRST_YEAR <= self.data.year <= _LAST_YEAR:
            self.data = None
            raise ValueError(
                _(
                    "“%(name)s” is not a day that can be used. Write the year, the month and the day, such as"
                    " 2026-10-18.",
                    name=self.label.text,
                )
            )


class ReasonForm(Form):  # type: ignore[misc]  # the same
    """Why it is done, if the person wants to say so."""

    reason = StringField(filters=[lambda text: clean_text(text or "")])

    def validate_reason(self, field: StringField) -> None:
        """Refuse what is no reason but a text."""
        if len(field.data) > LONGEST_REASON:
            raise ValidationError(
                _("The reason is too long. Write at most %(most)s characters.", most=str(LONGEST_REASON))
            )


class CloseForm(ReasonForm):
    """The same before closing, which nobody can undo: the person says that they know it."""

    understood = BooleanField()

    def validate_understood(self, field: BooleanField) -> None:
        """Refuse a form in which it is not said."""
        if not field.data:
            raise ValidationError(_("Tick the box to say that you understand, or do not close."))


class DatesForm(Form):  # type: ignore[misc]  # the same
    """The first and the last day, and those that the person was looking at."""

    opens_on = Day(lazy_gettext("First day"))
    closes_on = Day(lazy_gettext("Last day"))
    seen_opens_on = HiddenField()
    seen_closes_on = HiddenField()

    @property
    def dates(self) -> Dates:
        """What is wanted."""
        return Dates(self.opens_on.data, self.closes_on.data)

    @property
    def seen(self) -> Dates:
        """What was shown; a value that we did not write stands for no day, and is then refused as out of date."""
        return Dates(_read_day(self.seen_opens_on.data), _read_day(self.seen_closes_on.data))


def _read_day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None
