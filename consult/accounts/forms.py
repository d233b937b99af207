"""The forms of Flask-Security with our words, our checks, and one answer to whatever is wrong with a sign-in."""

from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_security.forms import ChangePasswordForm, Form, LoginForm
from flask_security.proxies import _datastore
from flask_security.utils import verify_password
from wtforms import EmailField, Field, PasswordField
from wtforms import Form as WTForm
from wtforms.validators import InputRequired

from consult.accounts.passwords import LEAST_SIGNS, MOST_SIGNS, find_fault, normalise_password, typed_password

# The hash of nobody's password, with the settings of real ones: an unknown address takes as long as a known one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Ki5q2vXDZXD1oLus8RgJIw$yBIa3ebcWDTfxN/fAlTEyGT7SldXKcHnKHoH95h1Gyc"

FAULTS = {
    "password.short": _("This password is too short. It takes at least %(least)s characters.", least=LEAST_SIGNS),
    "password.long": _("This password is too long. It takes at most %(most)s characters.", most=MOST_SIGNS),
    "password.control": _("This password holds a character that cannot be typed again. Choose another password."),
    "password.own_name": _("This password is your name or your address. Choose another password."),
    "password.common": _("This password is one of the first that would be guessed. Choose another password."),
}


class SignInForm(LoginForm):
    """Address and password. Which of them is wrong, or whether the account is closed, is not said."""

    email = EmailField(
        _("E-mail address"),
        validators=[InputRequired(_("Type your e-mail address."))],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    remember = None
    submit = None

    def __init__(self, *args: object, **values: object) -> None:
        Form.__init__(self, *args, **values)  # not LoginForm's, which wants the fields that we do without
        self.user = None
        self.requires_confirmation = False

    def validate_next(self, field: Field) -> None:
        """Say nothing of an address elsewhere: Flask-Security does not follow it."""

    def validate(self, **extra: object) -> bool:
        """Find the person and verify the password: the same work whether or not there is such a person."""
        if not Form.validate(self, **extra):
            return False
        found = _datastore.find_user(email=self.email.data)
        digest = found.password if found is not None and found.active else None
        is_right = verify_password(typed_password(self.password.data), digest or NOBODY)
        if digest and is_right:
            self.user = found
            return True
        self.email.errors = [
            _("This address and this password do not go together. Check both; capital letters count in the password.")
        ]
        return False


class NewPassword(WTForm):  # type: ignore[misc]  # WTForms brings no types
    """A new password, twice."""

    new_password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Type a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        _("New password, again"),
        validators=[InputRequired(_("Type the new password again."))],
        render_kw={"autocomplete": "new-password"},
    )

    def check_new(self, email: str, name: str) -> bool:
        """Check the new password of whoever has this address and name; what is wrong is put at its field."""
        new = self.new_password.data
        if fault := find_fault(new, email, name):
            self.new_password.errors = [FAULTS[fault]]
        elif normalise_password(new) != normalise_password(self.new_password_confirm.data):
            self.new_password_confirm.errors = [_("This is not the same password as above. Type it again.")]
        return not self.errors


class PasswordForm(NewPassword, ChangePasswordForm):
    """One's own password: the present one, and the new one twice."""

    password = PasswordField(
        _("Current password"),
        validators=[InputRequired(_("Type your current password."))],
        render_kw={"autocomplete": "current-password"},
    )
    submit = None

    def validate(self, **extra: object) -> bool:
        """Check the new password, then verify the present one."""
        if not Form.validate(self, **extra):
            return False
        new = self.new_password.data
        if not self.check_new(current_user.email, current_user.name):
            pass  # what is wrong stands at its field
        elif not self._is_present_password():
            self.password.errors = [_("This is not your current password. Type it again.")]
        elif normalise_password(new) == normalise_password(self.password.data):
            self.new_password.errors = [_("This is your current password. Choose another one.")]
        self.new_password.data = normalise_password(new)
        return not self.errors

    def _is_present_password(self) -> bool:
        return bool(verify_password(typed_password(self.password.data), current_user.password))
