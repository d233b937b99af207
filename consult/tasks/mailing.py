"""Send what is queued of a consultation's messages, one after another, each begun in a committed transaction."""

from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage

from consult.jobs import Stopped, Work
from consult.languages import LANGUAGES
from consult.mail.addresses import letter_of
from consult.mail.letter import Asking, compose, describe
from consult.mail.post import MailAwayError, MailDoubtError, MailRefusedError, Post
from consult.mail_server import MailServer, read_mail_url
from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.mail_rules import note_round
from consult.record.sending import (
    Outgoing,
    count_queued,
    doubt,
    doubt_unfinished,
    may_leave,
    note_refused,
    note_sent,
    put_back,
    take_next,
)

# Mail servers end long conversations.
_BY_CONNECTION = 50
# So many refusals for good before anything was sent, and it is not the people's addresses that are wrong.
_SUSPICIOUS = 10
_BAD_ADDRESS = 553


def local_now() -> datetime:
    """Return the time where the server is: quiet hours are local."""
    return datetime.now().astimezone()


def send_mail(work: Work) -> None:
    """Send until nothing is left, the quiet hours begin or the mail server is away.

    Raises `mail.not_set`, and the reasons for which nothing can be sent: `mail.unreachable` and the like.
    """
    if work.settings is None or not work.settings.mail_url:
        raise RecordError("mail.not_set")
    server = read_mail_url(work.settings.mail_url)
    sending = _Round(work, server, Keyring(work.settings.secret_key))
    problem = None
    try:
        sending.run()
    except MailAwayError as away:
        problem = away.code
    with unit_of_work(work.engine) as session:
        consultation = session.get_one(Consultation, sending.consultation_id)
        note_round(session, consultation, is_failed=problem is not None and sending.sent == 0)
        if problem is None:
            work.finish(session)
    if problem is not None:
        raise RecordError(problem)


class _Round:
    """One pass over what is queued, in the order of its random keys."""

    def __init__(self, work: Work, server: MailServer, keyring: Keyring) -> None:
        self.work, self.server, self.keyring = work, server, keyring
        self.consultation_id = int(work.arguments["consultation"])
        self.sent = self.refused = self.done = self.total = 0
        self._after = ""
        self._asking: dict[str, Asking] = {}

    def run(self) -> None:
        """Send; a connection carries a number of messages and is then made anew."""
        with unit_of_work(self.work.engine) as session:
            self.work.prove(session)
            # This job is the only one of its consultation, and it has begun nothing yet.
            doubt_unfinished(session, self.consultation_id)
            consultation = session.get_one(Consultation, self.consultation_id)
            self.total = count_queued(session, self.consultation_id)
            self._asking = {language: describe(consultation, language) for language in LANGUAGES}
        outgoing = self._take()
        while outgoing is not None:
            outgoing = self._use_connection(outgoing)

    def _use_connection(self, outgoing: Outgoing) -> Outgoing | None:
        """Send through one connection, from this message on; return the next one, if any."""
        following: Outgoing | None = outgoing
        try:
            with Post(self.server) as post:
                for _ in range(_BY_CONNECTION):
                    self._hand_over(post, outgoing)
                    following = self._take()
                    if following is None:
                        return None
                    outgoing = following
        except (MailAwayError, Stopped):
            with unit_of_work(self.work.engine) as session:
                put_back(session, outgoing.message_id)  # unless it is known what became of it
            raise
        return following

    def _take(self) -> Outgoing | None:
        self.work.tell("send", self.done / max(self.total, 1))
        now = local_now()
        with unit_of_work(self.work.engine) as session:
            self.work.prove(session)
            consultation = session.get_one(Consultation, self.consultation_id)
            if not may_leave(session, consultation, now):
                return None
            outgoing = take_next(session, self.keyring, consultation, after=self._after, today=now.date())
        if outgoing is not None:
            self._after = outgoing.message_id
        return outgoing

    def _hand_over(self, post: Post, outgoing: Outgoing) -> None:
        """Send one message and note what became of it."""
        today = local_now().date()
        try:
            post.send(self._compose(outgoing), outgoing.email)
        except MailRefusedError as refusal:
            self.refused += 1
            with unit_of_work(self.work.engine) as session:
                note_refused(session, outgoing.message_id, refusal.answer, today, is_final=refusal.is_final)
            if self.refused >= _SUSPICIOUS and self.sent == 0 and refusal.is_final:
                raise MailAwayError("mail.all_refused") from None
        except MailDoubtError:
            with unit_of_work(self.work.engine) as session:
                doubt(session, outgoing.message_id)
            raise MailAwayError("mail.unreachable") from None
        else:
            self.sent += 1
            with unit_of_work(self.work.engine) as session:
                note_sent(session, outgoing.message_id, today)
        self.done += 1

    def _compose(self, outgoing: Outgoing) -> EmailMessage:
        """Write a message; an address that no header can hold is refused like one that no server takes."""
        letter = letter_of(outgoing, self.keyring)
        try:
            return compose(
                letter,
                self._asking[outgoing.language],
                self.server,
                to=outgoing.email,
                name=outgoing.name,
                message_id=outgoing.message_id,
            )
        except (ValueError, LookupError, MessageError):
            raise MailRefusedError(_BAD_ADDRESS) from None
