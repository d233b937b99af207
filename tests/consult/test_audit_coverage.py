"""Every page of staff that reads or hands on who somebody is, or what they said, leaves a line in the audit."""

import pytest
import sqlalchemy as sa

from consult.access import access_of
from consult.audited_pages import AUDITED
from consult.record.audit import AuditEntry
from consult.record.consultation import get_consultation
from consult.record.contact import ContactDetails, add_contact
from consult.record.database import unit_of_work
from consult.record.discussion import NewPrompt, create_prompt
from surveys.localised import Localised

# What a file-like address of staff hands on, where its own view writes the line.
BY_THEMSELVES = {
    "manage.download": "responses.exported",
    "accounts.audit_csv": "audit.exported",
    "listen.statements_csv": "session.exported",
    "invite.personal_links": "links.exported",
}
# Files that hold nothing of anybody.
ABOUT_NOBODY = {
    "build.download": "a survey",
    "build.translation_file": "the texts of a survey",
    "build.receive_translation": "brings them in",
    "manage.export": "the form alone",
    "manage.import_template": "an empty table",
    "manage.paper": "a blank form",
    "invite.contacts_template": "an empty table",
    "invite.poster": "a poster",
    "invite.slide": "a slide",
    "listen.slip_pdf": "a code for those who were there",
    "listen.notes_now": "the note-taker's own page, every few seconds",
}
FILE_LIKE = (".csv", ".xlsx", ".json", ".pdf", ".eml", ".zip", "/export", "/file", "/template", "/definition", "-links")


def test_every_address_that_hands_on_a_file_is_audited_or_about_nobody(app):
    staff = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if str(rule).endswith(FILE_LIKE) and not access_of(app, rule.endpoint).is_public and rule.endpoint != "static"
    }
    assert "manage.download" in staff
    assert "discuss.results_csv" in staff
    known = BY_THEMSELVES.keys() | ABOUT_NOBODY.keys() | {endpoint for _, endpoint in AUDITED}
    assert sorted(staff - known) == []
    assert sorted(known - set(app.view_functions)) == []


@pytest.fixture
def actions(engine):
    def read():
        with unit_of_work(engine, read_only=True) as session:
            return list(session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))

    return read


def test_reading_the_list_of_contacts_leaves_one_line_and_none_of_their_words(
    facilitator_client, engine, sample_code, actions
):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        add_contact(session, consultation, ContactDetails("zelda@example.org", name="Zelda Quux", group="citizen"))
    before = len(actions())
    page = facilitator_client.get(f"/en/manage/{sample_code}/invitations")
    assert "zelda@example.org" in page.text
    facilitator_client.get(f"/fr/manage/{sample_code}/invitations")
    assert actions()[before:] == ["contacts.read"]  # two looks within ten minutes are one reading
    with engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM audit_entries").all())
    assert "zelda" not in rows.lower()


def test_a_page_that_was_not_shown_leaves_no_line(facilitator_client, sample_code, client, actions):
    before = actions()
    assert facilitator_client.get("/en/manage/somewhere_else/invitations").status_code == 404
    assert client.get(f"/en/manage/{sample_code}/invitations").status_code == 303
    assert actions() == before


def test_the_results_of_a_discussion_as_a_file_and_the_audit_itself_leave_theirs(
    facilitator_client, engine, sample_code, actions
):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code, lock=True)
        code = create_prompt(session, consultation, NewPrompt(Localised("What first?", "Quoi d’abord?"))).code
    before = len(actions())
    assert facilitator_client.get(f"/en/manage/{sample_code}/discussions/{code}/results.csv").status_code == 200
    assert actions()[before:] == ["discussion.exported"]
