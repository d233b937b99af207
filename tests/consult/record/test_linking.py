"""The linking attack: whoever copies the whole database must not learn which invitation gave which response.

The attacker takes every table, every column, PostgreSQL's xmin and ctid, SQLite's rowid, the order of a plain
SELECT, and the place of every key in the raw file and its log, where a sealed token behind a key tells until when
an invitation was unused. Two families of attack:

- joins: a value that one invitation and one response alone share, whole or inside another, in any columns;
- orders: the rank correlation, over the true pairs, of any order of the invitations with any of the responses.
  With m comparisons of n pairs the threshold is the |rho| that chance passes with probability 1e-5 / m
  (Student's t), so that the whole test raises a false alarm once in a hundred thousand runs.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from scipy import stats

from consult.record.contact import ContactDetails, add_contact
from consult.record.database import unit_of_work
from consult.record.draft import AnswerChange, open_draft, save_answers
from consult.record.invitation import Invitation, InvitationRequest, create_invitations, find_invitation
from consult.record.mailing import Mailing, MailKind, Message, MessageState
from consult.record.response import find_submitted
from consult.record.results_notice import ResultsNotice, ask_for_results
from consult.record.storage import shuffle_anonymous_rows
from consult.record.submission import submit_draft

INVITED, USED, DRAFTED = 60, 40, 10
FALSE_ALARM = 1e-5
FIRST_DAY = date(2026, 11, 2)
PHYSICAL = ("select_order", "ctid", "rowid", "first_offset", "last_offset", "last_sealed")
# A key with an encrypted token (Fernet's begin so) right behind it: an invitation that was not used yet.
SEALED = re.compile(rb"([0-9a-f]{32})(?=[^\0]{0,200}?gAAAAA)")


@dataclass(frozen=True)
class Findings:
    """What the attack found: correct pairs by the columns that gave them, and the strongest correlation."""

    pairs: dict[tuple[str, str], int]
    strongest: float
    columns: tuple[str, str]
    threshold: float

    @property
    def is_linked(self) -> bool:
        return bool(self.pairs) or self.strongest > self.threshold


def test_a_copy_of_the_database_does_not_link_invitations_to_responses(world):
    truth = _hold_consultation(world)
    shuffle_anonymous_rows(world.engine)

    findings = attack(world.engine, truth, "invitations", "responses")

    assert findings.pairs == {}
    assert findings.strongest < findings.threshold, findings


def test_a_copy_of_the_database_does_not_link_invitations_to_drafts(world):
    _hold_consultation(world)
    truth = _leave_drafts(world)
    shuffle_anonymous_rows(world.engine)

    findings = attack(world.engine, truth, "invitations", "drafts")

    assert findings.pairs == {}
    assert findings.strongest < findings.threshold, findings


def test_a_copy_of_the_database_does_not_link_addresses_for_the_results_to_responses(world):
    """Everybody leaves their address right after their answers, in the order in which they answered."""
    truth = _hold_consultation(world, leaves_address=True)
    before = attack(world.engine, truth, "results_notices", "responses")
    assert before.is_linked  # until the batch has run

    shuffle_anonymous_rows(world.engine)

    findings = attack(world.engine, truth, "results_notices", "responses")
    assert findings.pairs == {}
    assert findings.strongest < findings.threshold, findings


def test_a_copy_of_the_database_does_not_link_people_who_were_written_to_to_responses(world):
    """Everybody is in the list, was invited by a message, and half of those who had not answered were reminded."""
    truth = _hold_consultation(world)
    _write_to_everybody(world)
    before = attack(world.engine, truth, "invitations", "responses")
    assert before.is_linked  # until the batch has run

    shuffle_anonymous_rows(world.engine)

    findings = attack(world.engine, truth, "invitations", "responses")
    assert findings.pairs == {}
    assert findings.strongest < findings.threshold, findings


def test_the_attack_links_our_own_rows_until_the_batch_has_run(world):
    truth = _hold_consultation(world)

    findings = attack(world.engine, truth, "invitations", "responses")

    assert findings.is_linked
    if world.engine.dialect.name == "postgresql":
        assert findings.pairs["invitations.xmin", "responses.xmin"] == USED


def test_the_attack_links_a_naive_schema(engine):
    truth = _hold_naive_consultation(engine)

    findings = attack(engine, truth, "naive_invitations", "naive_responses")

    assert findings.pairs["naive_invitations.used_at", "naive_responses.submitted_at"] == USED


def test_the_attack_links_a_naive_schema_by_order_alone(engine):
    truth = _hold_naive_consultation(engine)

    findings = attack(engine, truth, "naive_invitations", "naive_responses", joins=False)

    assert findings.strongest > 0.99


def _hold_consultation(world, *, leaves_address: bool = False) -> list[tuple[str, str]]:
    """Invite, let people answer in a random order over four days, and return the true pairs of keys.

    The pairs are of invitation and response, or of address for the results and response where people leave one.
    """
    chance = random.Random(20261122)
    requests = [
        InvitationRequest(chance.choice(["en", "fr"]), chance.choice(["citizen", "clinician"]), f"{number}@example.org")
        for number in range(INVITED)
    ]
    with unit_of_work(world.engine) as session:
        issued = create_invitations(session, world.keyring, world.consultation, requests)
    tokens = [link.token for link in issued]
    chance.shuffle(tokens)
    truth = []
    for number, token in enumerate(tokens[:USED]):
        today = FIRST_DAY + timedelta(days=number * 4 // USED)
        _begin(world, token, today, f"What person {chance.random()} says")
        with unit_of_work(world.engine) as session:
            submit_draft(session, world.keyring, token, today)
        with unit_of_work(world.engine, read_only=True) as session:
            invitation = find_invitation(session, world.keyring, token)
            response = find_submitted(session, world.keyring.open_link(token))
            truth.append((invitation.id, response.id))
        if leaves_address:
            truth[-1] = (_leave_address(world, f"{chance.random()}@example.org"), response.id)
    return truth


def _write_to_everybody(world) -> None:
    """Put the invited people into the list, with the messages that they were sent."""
    with unit_of_work(world.engine) as session:
        texts = {each: {"subject": "Plan", "text": "Words"} for each in ("fr", "en")}
        mailing = Mailing(
            consultation_id=world.consultation.id,
            kind=MailKind.INVITATION,
            texts=texts,
            address="https://consult.example.org",
            begun_on=FIRST_DAY,
            forgotten=0,
        )
        session.add(mailing)
        session.flush()
        for number, invitation in enumerate(session.scalars(sa.select(Invitation)).all()):
            details = ContactDetails(f"written{number}@example.org", f"Person number {number}", invitation.language)
            contact = add_contact(session, world.consultation, details)
            contact.invitation_id = invitation.id
            for reminder in range(1 if invitation.is_used else 2):
                day = FIRST_DAY + timedelta(days=6 * reminder)
                message = Message(
                    mailing_id=mailing.id, contact_id=contact.id, number=reminder, state=MessageState.SENT, attempts=0
                )
                message.day = day
                session.add(message)


def _leave_address(world, email: str) -> str:
    with unit_of_work(world.engine) as session:
        ask_for_results(session, world.consultation, email, "fr")
    with unit_of_work(world.engine, read_only=True) as session:
        return session.scalars(sa.select(ResultsNotice.id).where(ResultsNotice.email == email)).one()


def _leave_drafts(world) -> list[tuple[str, str]]:
    """Let people who were not invited before begin and stop; return the true pairs."""
    requests = [InvitationRequest("fr", "citizen", f"late{number}@example.org") for number in range(DRAFTED)]
    with unit_of_work(world.engine) as session:
        issued = create_invitations(session, world.keyring, world.consultation, requests)
    truth = []
    for number, link in enumerate(random.Random(3).sample(issued, DRAFTED)):
        _begin(world, link.token, FIRST_DAY, f"unfinished {number}")
        with unit_of_work(world.engine, read_only=True) as session:
            invitation = find_invitation(session, world.keyring, link.token)
        truth.append((invitation.id, world.keyring.open_link(link.token).draft_id))
    return truth


def _begin(world, token: str, today: date, words: str) -> None:
    keys = world.keyring.open_link(token)
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="fr", today=today)
    with unit_of_work(world.engine) as session:
        changes = [AnswerChange("hardest", words, 1), AnswerChange("protect", words[::-1], 1)]
        save_answers(session, keys, changes, today=today)


def _hold_naive_consultation(engine) -> list[tuple[str, str]]:
    """Do what everybody does first: numbered rows and exact times."""
    metadata = sa.MetaData()
    invitations = sa.Table(
        "naive_invitations",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("used_at", sa.DateTime),
    )
    responses = sa.Table(
        "naive_responses",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("submitted_at", sa.DateTime),
    )
    metadata.create_all(engine)
    order = random.Random(7).sample(range(1, INVITED + 1), USED)
    moment = datetime(2026, 11, 2, 9, 0, 0, 1)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(invitations),
            [{"id": number, "token_hash": f"{number:064x}", "used_at": None} for number in range(1, INVITED + 1)],
        )
    truth = []
    for place, number in enumerate(order, start=1):
        at = moment + timedelta(minutes=place, microseconds=number)
        with engine.begin() as connection:
            connection.execute(sa.update(invitations).where(invitations.c.id == number).values(used_at=at))
            connection.execute(sa.insert(responses).values(id=place, text=f"words {at}", submitted_at=at))
        truth.append((str(number), str(place)))
    return truth


def attack(engine, truth, left: str, right: str, *, joins: bool = True) -> Findings:
    rows = _copy(engine)
    owners = {table: _families(rows, table) for table in (left, right)}
    pairs = _join(rows, owners[left], owners[right], dict(truth)) if joins else {}
    strongest, columns, compared = _correlate(
        _columns(rows, owners[left], [key for key, _ in truth]),
        _columns(rows, owners[right], [key for _, key in truth]),
    )
    degrees = len(truth) - 2
    t = stats.t.isf(FALSE_ALARM / compared / 2, degrees)
    return Findings(pairs, strongest, columns, float(t / (degrees + t * t) ** 0.5))


def _copy(engine) -> dict[str, list[dict[str, object]]]:
    """Read every row of every table, with what the database and the files tell besides."""
    inspector = sa.inspect(engine)
    is_postgres = engine.dialect.name == "postgresql"
    copy: dict[str, list[dict[str, object]]] = {}
    with engine.connect() as connection:
        for table in inspector.get_table_names():
            hidden = "xmin::text AS xmin, ctid::text AS ctid," if is_postgres else _rowid(connection, table)
            rows = connection.exec_driver_sql(f'SELECT {hidden} * FROM "{table}"').mappings().all()
            copy[table] = [dict(row) | {"select_order": place} for place, row in enumerate(rows)]
    if is_postgres:
        _number_places(copy)
    else:
        _add_offsets(copy, Path(engine.url.database))
    return copy


def _number_places(copy) -> None:
    """Turn PostgreSQL's (page,line) into a number that grows along the file."""
    for rows in copy.values():
        for row in rows:
            page, _, line = str(row["ctid"]).strip("()").partition(",")
            row["ctid"] = int(page) * 10_000 + int(line)


def _rowid(connection, table: str) -> str:
    try:
        connection.exec_driver_sql(f'SELECT rowid FROM "{table}" LIMIT 1')
    except sa.exc.OperationalError:
        return ""  # WITHOUT ROWID
    return "rowid AS rowid,"


def _add_offsets(copy, path: Path) -> None:
    """Note where the longest text of each row first and last stands in the file and its log."""
    log = path.with_name(path.name + "-wal")
    image = path.read_bytes() + (log.read_bytes() if log.exists() else b"")
    sealed = {match.group(1).decode(): match.start() for match in SEALED.finditer(image)}
    for rows in copy.values():
        for row in rows:
            texts = [value for value in row.values() if isinstance(value, str) and len(value) >= 8]
            if texts:
                needle = max(texts, key=len).encode()
                row["first_offset"], row["last_offset"] = image.find(needle), image.rfind(needle)
                row["last_sealed"] = sealed.get(str(row.get("id")), -1)


def _families(rows, root: str) -> dict[tuple[str, int], str]:
    """Return whose each row is: a root row, or one that repeats the owner's key, directly or in turn."""
    owner = {(root, place): str(row["id"]) for place, row in enumerate(rows[root])}
    keys = {str(row["id"]): str(row["id"]) for row in rows[root]}
    for _ in range(3):
        for table, table_rows in rows.items():
            for place, row in enumerate(table_rows):
                found = next((keys[value] for value in _long_texts(row) if value in keys), None)
                if found is not None:
                    owner.setdefault((table, place), found)
                    if len(str(row.get("id", ""))) >= 16:
                        keys.setdefault(str(row["id"]), found)
    return owner


def _long_texts(row) -> Iterator[str]:
    yield from (value for value in row.values() if isinstance(value, str) and len(value) >= 16)


def _values(rows, owner) -> dict[str, dict[str, set[str]]]:
    """Return column → value as text → the owners who have it, for values that may identify somebody."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (table, place), key in owner.items():
        for column, value in rows[table][place].items():
            text = str(value)
            if column not in PHYSICAL and (column == "xmin" or len(text) >= 6):
                found[f"{table}.{column}"][text].add(key)
    return found


def _join(rows, left, right, truth: dict[str, str]) -> dict[tuple[str, str], int]:
    """Count the correct pairs that each two columns give by a value that one owner on each side has."""
    correct: dict[tuple[str, str], int] = {}
    right_values = _values(rows, right)
    for a, ours in _values(rows, left).items():
        for b, theirs in right_values.items():
            count = 0
            for value, owners in ours.items():
                matches = _matching(value, theirs)
                if len(owners) == 1 and len(matches) == 1:
                    count += truth.get(next(iter(owners))) == next(iter(matches))
            if count:
                correct[a, b] = count
    return correct


def _matching(value: str, theirs: dict[str, set[str]]) -> set[str]:
    """Return the owners of the value, or of one that contains it or is contained in it."""
    if value in theirs:
        return theirs[value]
    if len(value) < 8:
        return set()
    alike = (owners for other, owners in theirs.items() if value in other or (len(other) >= 8 and other in value))
    return set().union(*alike)


def _columns(rows, owner, order: list[str]) -> dict[str, list[float]]:
    """Return the ranks that each column gives to the true pairs' rows, where it tells most of them apart."""
    found: dict[str, dict[str, object]] = defaultdict(dict)
    for (table, place), key in owner.items():
        for column, value in rows[table][place].items():
            if value is not None and not isinstance(value, bool | dict | list):
                here = found[f"{table}.{column}"]
                here[key] = min(here[key], value) if key in here else value
    ranked = {}
    for name, values in found.items():
        told = [values.get(key) for key in order]
        if None not in told and len(set(told)) > len(order) // 2:
            ranked[name] = list(pd.Series(told).rank())
    return ranked


def _correlate(left, right) -> tuple[float, tuple[str, str], int]:
    """Return the strongest |Spearman|, its columns, and how many were computed."""
    strongest, columns, compared = 0.0, ("", ""), 0
    for a, ours in left.items():
        for b, theirs in right.items():
            rho = abs(float(pd.Series(ours).corr(pd.Series(theirs))))
            compared += 1
            if rho > strongest:
                strongest, columns = rho, (a, b)
    return strongest, columns, max(compared, 1)
