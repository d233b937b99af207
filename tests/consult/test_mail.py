"""Mail as a whole: a real worker and a real SMTP server; what arrives, what is in doubt, what is forgotten."""

import os
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from consult.errors import InputError
from consult.mail.addresses import personal_link, unsubscribe_link
from consult.mail.post import MailAwayError, Post
from consult.mail.returned import read_returned
from consult.mail_server import read_mail_url
from consult.record.consultation import LanguagePolicy, get_consultation
from consult.record.contact import Contact, ContactDetails, store_contacts
from consult.record.database import unit_of_work
from consult.record.invitation import Invitation
from consult.record.job import JobState, list_jobs
from consult.record.keys import Keyring
from consult.record.mail_rules import set_rules
from consult.record.mail_state import Reach, list_reached, read_sending
from consult.record.mailing import MailKind, MessageState, NewMailing, queue_invitations
from consult.record.sending import SEND_MAIL, request_sending
from consult.record.storage import shuffle_anonymous_rows
from consult.settings import Settings, read_settings
from consult.worker import Worker
from tests.consult.mail_server import Handler, run_mail_server

BASE = "https://consult.example.org"


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def mail_url(handler):
    with run_mail_server(handler) as port:
        yield f"smtp://127.0.0.1:{port}?starttls=0&from=consult@example.org"


@pytest.fixture
def queue(engine, secret, open_sample, sample_code):
    """Store people of the sample, queue their invitations and ask for them: ``queue("a@example.org", …)``."""

    def run(*people: ContactDetails) -> None:
        open_sample(closes_on=date.today() + timedelta(days=9))
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, sample_code)
            set_rules(session, consultation, quiet_from=0, quiet_to=0, rests_on_sunday=False, reminder_days=5)
            store_contacts(session, consultation, people)
            texts = _ready(consultation)
            queue_invitations(session, Keyring(secret), consultation, NewMailing(texts, BASE, None, date.today()))
            request_sending(session, consultation, datetime.now(UTC))

    return run


@pytest.fixture
def work(engine, secret, mail_url):
    """Let a worker do the next job: ``work()``."""
    settings = Settings(str(engine.url), secret, mail_url=mail_url)
    return lambda **more: Worker(engine, settings=settings, **more).run_next()


@pytest.fixture
def look(engine, sample_code):
    """Read something of the sample consultation: ``look(read_sending)``."""

    def run(read):
        with unit_of_work(engine, read_only=True) as session:
            return read(session, get_consultation(session, sample_code))

    return run


def _ready(consultation):
    from consult.mail.letter import ready_text  # noqa: PLC0415

    return {language: ready_text(MailKind.INVITATION, consultation, language) for language in ("fr", "en")}


def test_each_person_gets_it_in_their_language_with_their_own_link(client, handler, queue, work, look):
    queue(
        ContactDetails("anne@example.org", "Anne, « É »", "fr"),
        ContactDetails("bob@example.org", "Bob", "en"),
    )
    assert work()
    assert handler.recipients == ["anne@example.org", "bob@example.org"]
    french, english = handler.of("anne@example.org"), handler.of("bob@example.org")
    assert french["Subject"].startswith("Votre invitation\xa0: ")
    assert english["Subject"].startswith("Your invitation: ")
    assert french["To"].addresses[0].display_name == "Anne, « É »"
    assert french["From"].addresses[0].addr_spec == "consult@example.org"
    links = set()
    for message, language, last in ((french, "fr", "jusqu’à la fin"), (english, "en", "until the end of")):
        plain = message.get_body(("plain",)).get_content()
        page = message.get_body(("html",)).get_content()
        (link,) = [line for line in plain.splitlines() if "/i/" in line]
        assert link.startswith(f"{BASE}/{language}/i/")
        assert f'href="{link}"' in page
        assert f'<html lang="{language}-CA">' in page
        for said in (plain, page):
            assert last in said
            assert "plan@grand-heron.example.org" in said
        assert client.get(link.removeprefix(BASE)).status_code == 200  # a scanner's visit
        links.add(link)
    assert len(links) == 2
    assert look(read_sending).states == {MessageState.SENT: 2}


def test_one_click_unsubscribing_is_as_the_standard_has_it(client, engine, handler, queue, work, look):
    queue(ContactDetails("anne@example.org", "", "fr"))
    work()
    message = handler.of("anne@example.org")
    # in one piece, and as it is: mail programs take no encoded address
    assert f"\r\nList-Unsubscribe: <{BASE}/fr/no-mail/".encode() in handler.raw[0]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>").removeprefix(BASE)
    assert client.get(address).status_code == 200  # a scanner's visit ends nothing
    assert [each.reach for each in look(list_reached)] == [Reach.INVITED]
    # a mail program's request: no cookie, no token of a form
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [each.reach for each in look(list_reached)] == [Reach.UNSUBSCRIBED]
    assert client.post(address).status_code == 200  # twice
    link = next(line for line in message.get_body(("plain",)).get_content().splitlines() if "/i/" in line)
    assert client.get(link.removeprefix(BASE)).status_code == 200  # answering stays possible
    forged = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert client.get(forged).status_code == 404
    assert client.post(forged).status_code == 404


def test_the_addresses_in_messages_are_those_of_the_pages(app):
    with app.test_request_context("/fr/"):
        adapter = app.url_map.bind("consult.example.org")
        for address, endpoint in (
            (personal_link("", "fr", "abc"), "respond.link"),
            (unsubscribe_link("", "en", "abc"), "no_mail.ask"),
        ):
            assert adapter.match(address)[0] == endpoint


def test_french_only_is_in_french_whatever_the_list_says(engine, sample_code, handler, queue, work):
    with unit_of_work(engine) as session:
        get_consultation(session, sample_code).language_policy = LanguagePolicy.FRENCH_ONLY
    queue(ContactDetails("bob@example.org", "Bob", "en"))
    work()
    assert handler.of("bob@example.org")["Content-Language"] == "fr-CA"


def test_refusals_for_good_and_for_now_are_told_apart_and_the_others_arrive(handler, queue, work, look):
    queue(*(ContactDetails(f"{who}@example.org") for who in ("refused1", "later1", "anne", "bob")))
    assert work()
    assert handler.recipients == ["anne@example.org", "bob@example.org"]
    reached = {each.contact.email: (each.reach, each.answer) for each in look(list_reached)}
    assert reached["refused1@example.org"] == (Reach.REFUSED, 550)
    assert reached["later1@example.org"] == (Reach.QUEUED, 451)
    assert look(read_sending).repeated == 1


def test_a_connection_lost_while_handing_over_leaves_a_doubt_and_the_others_waiting(
    engine, sample_code, handler, queue, work, look
):
    queue(ContactDetails("lost1@example.org"), ContactDetails("anne@example.org"))
    assert work()
    states = look(read_sending).states
    assert states[MessageState.UNCERTAIN] == 1
    with unit_of_work(engine) as session:  # ten minutes later
        request_sending(session, get_consultation(session, sample_code), datetime.now(UTC))
    work()
    assert handler.recipients == ["anne@example.org"]
    assert look(read_sending).states == {MessageState.UNCERTAIN: 1, MessageState.SENT: 1}


def test_when_the_sender_is_not_accepted_nobody_is_blamed(engine, handler, queue, work, look):
    handler.sender_answer = "550 who are you?"
    queue(*(ContactDetails(f"p{number}@example.org") for number in range(3)))
    assert work()
    assert look(read_sending).states == {MessageState.QUEUED: 3}
    with unit_of_work(engine, read_only=True) as session:
        assert [job.error_code for job in list_jobs(session, SEND_MAIL, JobState.FAILED)] == ["mail.sender_refused"]


def test_a_server_that_refuses_everybody_is_not_asked_ten_thousand_times(engine, handler, queue, work, look):
    handler.answers = {"p": "554 5.7.1 relay access denied"}
    queue(*(ContactDetails(f"p{number}@example.org") for number in range(14)))
    assert work()
    assert look(read_sending).states == {MessageState.REFUSED: 10, MessageState.QUEUED: 4}


def test_quiet_hours_begin_in_the_middle_and_the_rest_waits(
    engine, sample_code, handler, queue, work, look, monkeypatch
):
    queue(*(ContactDetails(f"p{number}@example.org") for number in range(4)))
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        set_rules(session, consultation, quiet_from=20, quiet_to=8, rests_on_sunday=False, reminder_days=5)
    today = datetime.now().astimezone().replace(hour=19, minute=59)
    monkeypatch.setattr("consult.tasks.mailing.local_now", lambda: today + timedelta(minutes=len(handler.taken) // 2))
    assert work()
    assert len(handler.taken) == 2
    assert look(read_sending).states == {MessageState.SENT: 2, MessageState.QUEUED: 2}


def test_a_killed_worker_leaves_one_doubt_sends_nothing_twice_and_forgets_nobody(
    engine, secret, handler, mail_url, queue, work, look, monkeypatch
):
    """Killed between the commit and the server's answer; then another worker goes on."""
    people = [f"p{number}@example.org" for number in range(6)]
    queue(*(ContactDetails(email) for email in people))
    process = None

    def kill_at_the_third() -> None:
        if len(handler.taken) == 3 and process is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()

    handler.on_data = kill_at_the_third
    environment = os.environ | {
        "CONSULT_DATABASE_URL": str(engine.url),
        "CONSULT_SECRET_KEY": secret,
        "CONSULT_MAIL_URL": mail_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from consult.cli import main; main()", "worker"], env=environment
    )
    assert process.wait(60) == -signal.SIGKILL
    assert look(read_sending).states[MessageState.SENDING] == 1

    handler.on_data = lambda: None
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr("consult.worker.read_clock", lambda session: later)  # its lease is over
    Worker(engine).keep_house(later.astimezone())
    monkeypatch.undo()
    for _ in range(10):
        if not work():
            break
        time.sleep(0.01)

    states = look(read_sending).states
    assert states == {MessageState.SENT: 5, MessageState.UNCERTAIN: 1}
    # the third had arrived when the worker died: that is what is in doubt, and nobody got two
    assert sorted(handler.recipients) == sorted(people)


def test_no_byte_of_a_link_that_was_sent_is_in_the_file(engine, secret, handler, queue, work, tmp_path):
    queue(ContactDetails("anne@example.org", "", "fr"))
    work()
    plain = handler.of("anne@example.org").get_body(("plain",)).get_content()
    token = next(line for line in plain.splitlines() if "/i/" in line).rpartition("/")[2]
    kept = _bytes_of(engine)
    assert token.encode() not in kept.lower()
    with unit_of_work(engine) as session:  # sealed while a reminder may need it
        contact = session.scalars(sa.select(Contact)).one()
        sealed = session.get_one(Invitation, contact.invitation_id).token_encrypted
        assert Keyring(secret).decrypt_token(sealed) == token
    assert sealed.encode() in kept  # the search does find what is there


def test_after_unsubscribing_not_even_the_sealed_link_is_in_the_file(client, engine, handler, queue, work):
    queue(ContactDetails("anne@example.org", "", "fr"))
    work()
    with unit_of_work(engine, read_only=True) as session:
        sealed = session.scalars(
            sa.select(Invitation.token_encrypted).where(Invitation.token_encrypted.is_not(None))
        ).one()
    client.post(handler.of("anne@example.org")["List-Unsubscribe"].strip("<>").removeprefix(BASE))
    shuffle_anonymous_rows(engine)
    assert sealed.encode() not in _bytes_of(engine)


def _bytes_of(engine) -> bytes:
    path = Path(engine.url.database)
    files = (path, path.with_name(path.name + "-wal"))
    return b"".join(file.read_bytes() for file in files if file.exists())


def test_encryption_is_held_to_what_the_setting_says(tmp_path, handler):
    authority, context = _certificate(tmp_path)
    with run_mail_server(handler, tls_context=context, require_starttls=True) as port:
        with Post(read_mail_url(f"smtp://localhost:{port}?from=a@example.org&ca={authority}")):
            pass
        with pytest.raises(MailAwayError, match=r"mail\.unreachable"):  # nobody vouches for it
            Post(read_mail_url(f"smtp://localhost:{port}?from=a@example.org")).__enter__()
    with run_mail_server(handler) as port, pytest.raises(MailAwayError, match=r"mail\.not_encrypted"):
        Post(read_mail_url(f"smtp://localhost:{port}?from=a@example.org")).__enter__()


def _certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "authority.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return pem, context


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org?from=a@example.org",
        "smtp://mail.example.org",
        "smtp://user:word@mail.example.org?starttls=0&from=a@example.org",
        "smtp://mail.example.org?from=a@example.org&colour=red",
        "smtp://mail.example.org?from=a@example.org%0ABcc: b@example.org",
        "smtp://mail.example.org?from=a@example.org&ca=/no/such/file",
    ],
)
def test_a_mail_server_that_nothing_could_leave_through_is_refused_at_the_start(url):
    with pytest.raises(InputError) as caught:
        read_settings({"CONSULT_DEVELOPMENT": "1", "CONSULT_MAIL_URL": url})
    assert (caught.value.code, caught.value.place) == ("settings.mail_url", "CONSULT_MAIL_URL")


def test_a_mail_server_is_read_and_its_password_never_shown():
    server = read_mail_url("smtps://us%40er:p%2Fw@mail.example.org?from=plan@example.org")
    assert (server.port, server.user, server.password, server.is_tls) == (465, "us@er", "p/w", True)
    assert server.domain == "example.org"
    assert "p/w" not in repr(server)
    with pytest.raises(InputError):
        read_settings({"CONSULT_DEVELOPMENT": "1", "CONSULT_PUBLIC_URL": "consult.example.org"})


REPORT = """From: MAILER-DAEMON@mail.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I could not deliver it.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; anne@example.org
Action: {action}
Status: 5.1.1
--B
Content-Type: {kind}

{header}
To: anne@example.org

--B--
"""
KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("header", [f"X-Consult: {KEY}", f"Message-ID: <{KEY}@example.org>"])
def test_a_returned_message_is_known_again(kind, header):
    found = read_returned(REPORT.format(action="failed", kind=kind, header=header).encode())
    assert (found.message_id, found.email, found.is_delayed) == (KEY, "anne@example.org", False)


def test_a_report_of_a_delay_is_none_of_a_return_and_anything_can_be_read():
    assert read_returned(REPORT.format(action="delayed", kind="text/rfc822-headers", header="X: y").encode()).is_delayed
    assert read_returned(f"> Message-ID: <{KEY}@example.org>".encode()).message_id == KEY
    for content in (b"", b"\xff\x00\xfe", b"Content-Type: multipart/mixed; boundary=\n\n--", b"x" * 3_000_000):
        assert (read_returned(content).message_id, read_returned(content).email) == ("", "")
