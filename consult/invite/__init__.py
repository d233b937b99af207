"""Reaching people: contacts, e-mail, links, posters."""

from consult.invite import codes, contact_form, contact_import, links, mail_settings, people, writing
from consult.invite.blueprint import blueprint
from consult.invite.unsubscribing import blueprint as no_mail

# Imported for their routes.
PAGES = (codes, contact_form, contact_import, links, mail_settings, people, writing)

__all__ = ["blueprint", "no_mail"]
