"""Three hundred people of one address in ten minutes, none of them tidy: ``python benchmarks/rush.py --help``.

Half of them come by a personal link, half by the open one. They change the language in the middle, press buttons twice,
have the survey open in two tabs (one of which is then refused, and must not win), and send twice at once. Each writes
words of their own: afterwards the database is compared with a ledger of what was acknowledged. A lost answer, a
duplicate, a 429 or a 5xx, and the command ends with 1.
"""

import argparse
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import sqlalchemy as sa
from participant import Browser, RefusedError, fill_in
from servers import SECRET, database, run_consult

from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import create_record_engine, unit_of_work
from consult.record.draft import Draft
from consult.record.invitation import Invitation, InvitationRequest, create_invitations
from consult.record.keys import Keyring
from consult.record.response import Response

CODE = "grand_heron_2027_2030"
_CONFLICT = 422
# A page that was saved before: to send it unchanged saves nothing, so that an old tab is not behind it.
_SAVED = re.compile(rb"revision\.\w+=(?!1\b)")


@dataclass
class Person:
    """Somebody who answers; `said` is what was acknowledged of their words."""

    number: int
    link: str | None
    language: str
    chance: random.Random
    did: Counter[str] = field(default_factory=Counter)

    @property
    def words(self) -> str:
        """Words that nobody else writes."""
        return f"Person {self.number:04d} waited three months to see somebody, and was then told to wait again."


def answer(person: Person, address: str, times: dict[str, list[float]]) -> None:
    """Answer the whole survey, untidily."""
    browser = Browser(address, times)
    try:
        path = f"/{person.language}/c/{CODE}/"
        if person.link is not None:
            path = _follow_link(person, browser)
        name = "landing"
        while True:
            page = browser.get(path, f"GET {name}")
            if name == "done":
                return
            form = fill_in(page, person.words)
            path = _step(person, browser, path, name, form)
            last = path.rstrip("/").rpartition("/")[2]
            name = last if last in {"check", "done"} else "section"
    finally:
        browser.close()


def _follow_link(person: Person, browser: Browser) -> str:
    """Open a personal link, as a mail scanner does too, and press its button."""
    path = f"/{person.language}/i/{person.link}"
    browser.another_tab().get(path, "GET link")
    page = browser.get(path, "GET link")
    return browser.post(path, fill_in(page), "POST link")


def _step(person: Person, browser: Browser, path: str, name: str, form: bytes) -> str:
    """Send a page in one of the ways in which people do; return where it leads."""
    draw = person.chance.random()
    if name == "check":
        return _send_twice(person, browser, path, form) if draw < 0.5 else browser.post(path, form, "POST check")
    if name == "section":
        if draw < 0.15 and b"do=continue" in form:
            person.did["language"] += 1
            return browser.post(path, form.replace(b"do=continue", b"do=language"), "POST section")
        if draw < 0.3:
            person.did["twice"] += 1
            _once_more(browser, path, form)
        elif draw < 0.45 and b"Person+" in form and not _SAVED.search(form):
            return _two_tabs(person, browser, path, form)
    return browser.post(path, form, f"POST {name}")


def _once_more(browser: Browser, path: str, form: bytes) -> None:
    """Press Continue before it is pressed again."""
    tab = browser.another_tab()
    try:
        tab.post(path, form, "POST section")
    finally:
        tab.close()


def _two_tabs(person: Person, browser: Browser, path: str, form: bytes) -> str:
    """Save in one tab, then something else in another that was open before: the first one stays."""
    person.did["tabs"] += 1
    tab = browser.another_tab()
    try:
        leads = browser.post(path, form, "POST section")
        status = tab.try_post(path, form.replace(b"Person+", b"Ghost+"), "POST section")
    finally:
        tab.close()
    if status != _CONFLICT:
        raise RefusedError(f"POST {path} in an old tab: {status}")
    return leads


def _send_twice(person: Person, browser: Browser, path: str, form: bytes) -> str:
    """Send in two tabs at the same moment."""
    person.did["sent twice"] += 1
    tab = browser.another_tab()
    try:
        with ThreadPoolExecutor(1) as other:
            second = other.submit(tab.post, path, form, "POST check")
            leads = browser.post(path, form, "POST check")
            if second.result() != leads:
                raise RefusedError(f"POST {path} twice leads to two places")
    finally:
        tab.close()
    return leads


def invite(url: str, people: int) -> list[str | None]:
    """Return a personal link for every second person."""
    engine = create_record_engine(url)
    with unit_of_work(engine) as session:
        requests = [InvitationRequest("fr", contact=f"person{number}@example.org") for number in range(people // 2)]
        issued = create_invitations(session, Keyring(SECRET), get_consultation(session, CODE), requests)
    engine.dispose()
    tokens = [each.token for each in issued]
    return [tokens[number // 2] if number % 2 and number // 2 < len(tokens) else None for number in range(people)]


def rush(people: list[Person], address: str, minutes: float) -> tuple[dict[str, list[float]], list[str]]:
    """Let everybody come within the time; return how long each kind of request took, and what went wrong."""
    times: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    began = time.perf_counter()

    def come(person: Person) -> None:
        time.sleep(max(0.0, began + person.chance.random() * minutes * 60 - time.perf_counter()))
        try:
            answer(person, address, times)
        except (RefusedError, OSError) as error:
            errors.append(f"person {person.number}: {error}")

    threads = [threading.Thread(target=come, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors


def compare(url: str, people: list[Person], before: dict[str, int]) -> list[str]:
    """Return where the database differs from the ledger."""
    engine = create_record_engine(url)
    with unit_of_work(engine, read_only=True) as session:
        after = _count(session)
        said = list(
            session.execute(
                sa.select(ContributionRevision.text, Contribution.question_code, Contribution.response_id)
                .join(Contribution, Contribution.id == ContributionRevision.contribution_id)
                .where(ContributionRevision.text.like("Person 0%") | ContributionRevision.text.like("Ghost%"))
            )
        )
    engine.dispose()
    faults = []
    if after["responses"] - before["responses"] != len(people):
        faults.append(f"{after['responses'] - before['responses']} responses of {len(people)} people")
    if after["used"] != sum(person.link is not None for person in people):
        faults.append(f"{after['used']} links used")
    if after["drafts"] != before["drafts"]:
        faults.append(f"{after['drafts'] - before['drafts']} drafts left")
    asked = {question for _, question, _ in said}
    written = Counter((text, question) for text, question, _ in said)
    expected = Counter((person.words, question) for person in people for question in asked)
    lost, added = expected - written, written - expected
    if not asked:
        faults.append("nobody's words are there")
    return [*faults, *(f"lost: {each}" for each in list(lost)[:3]), *(f"not said: {each}" for each in list(added)[:3])]


def _count(session: sa.orm.Session) -> dict[str, int]:
    def rows(table: type, *where: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0

    return {"responses": rows(Response), "drafts": rows(Draft), "used": rows(Invitation, Invitation.is_used.is_(True))}


def _report(times: dict[str, list[float]]) -> None:
    print("| request | number | median ms | p95 ms | slowest ms |\n|---|---|---|---|---|")
    for name in sorted(times):
        taken = sorted(1000 * each for each in times[name])
        p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        print(f"| {name} | {len(taken)} | {statistics.median(taken):.0f} | {p95:.0f} | {taken[-1]:.0f} |")


def _run(kind: str, options: argparse.Namespace) -> bool:
    did: Counter[str] = Counter()
    with database(kind) as url, run_consult(url, options.workers) as server:
        links = invite(url, options.people)
        people = [
            Person(number, link, ("fr", "en")[number % 3 == 0], random.Random(f"{options.seed} {number}"))  # noqa: S311
            for number, link in enumerate(links)
        ]
        engine = create_record_engine(url)
        with unit_of_work(engine, read_only=True) as session:
            before = _count(session)
        engine.dispose()
        times, errors = rush(people, server.address, options.minutes)
        faults = compare(url, people, before)
    for person in people:
        did += person.did
    print(f"### {kind}: {len(people)} people in {options.minutes:g} minutes, load {os.getloadavg()[0]:.1f}\n")
    _report(times)
    print(f"\nUntidy: {', '.join(f'{name} {count}' for name, count in did.items())}.")
    print(f"Refused: {len(errors)}{': ' + '; '.join(errors[:5]) if errors else ''}.")
    print(f"Against the ledger: {'; '.join(faults) if faults else 'nothing lost, nothing twice'}.\n")
    return not errors and not faults


def main() -> int:
    """Measure, print, and tell whether all went well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10.0, help="within which they all come")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    results = [_run(kind, options) for kind in kinds]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
