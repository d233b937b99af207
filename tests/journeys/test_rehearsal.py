"""A whole consultation rehearsed: invited, answered on every channel, discussed, moderated, and counted by a ledger.

Sixty people are invited by e-mail in two languages through a real mail server; forty answer, some on a telephone in a
browser, some through a mail scanner that opened their link twice, some with a typed code, some on paper; twenty discuss
two prompts; two focus groups and an interview are held. What the test did stands in a ledger, and the board must say
the same: nobody is counted twice and nothing is lost. Then the database that is left behind is attacked.
"""

import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from lxml import html
from playwright.sync_api import Page, expect

from consult.accounts.passwords import hash_password
from consult.record.account import Role, create_account, join_consultation
from consult.record.consultation import NewConsultation, NewGroup, create_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import create_record_engine, unit_of_work
from consult.record.invitation import Invitation, find_invitation
from consult.record.keys import Keyring
from consult.record.lifecycle import open_consultation
from consult.record.migrations import upgrade
from consult.record.response import Response, find_submitted
from consult.record.storage import shuffle_anonymous_rows
from consult.record.survey import create_survey, publish_version
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from tests.consult.record.test_linking import attack
from tests.journeys.conftest import EMAIL, PASSWORD, SECRET, Server, administer, serve
from tests.journeys.test_facilitator import sign_in
from tests.journeys.visitor import Visitor

CODE = "rehearsal"
GROUPS = {
    "citizen": ("Citizens", "Citoyennes et citoyens"),
    "caregiver": ("Caregivers", "Proches"),
    "nurse": ("Nurses", "Soins"),
}
INVITED, PHONES, SCANNED, LINKED, CODES, FORMS, DISCUSSING = 60, 12, 3, 29, 5, 6, 20
HIDDEN = 0  # the person whose statement is hidden
_LINK = re.compile(r"/(fr|en)/i/([0-9a-z]{26})")


@dataclass
class Ledger:
    """What was done, counted by who did it."""

    survey: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    discussing: Counter[str] = field(default_factory=Counter)
    focus_group: Counter[str] = field(default_factory=Counter)
    interview: Counter[str] = field(default_factory=Counter)
    words: Counter[tuple[str, str]] = field(default_factory=Counter)

    def answered(self, group: str, way: str, words: str) -> None:
        """Note a response."""
        self.survey[group] += 1
        self.ways[way] += 1
        self.words["one_change", words] += 1


@dataclass(frozen=True)
class Person:
    """Somebody who was invited, with the link that the mail server received."""

    number: int
    group: str
    language: str
    token: str

    @property
    def words(self) -> str:
        """Words that nobody else writes, and in which nothing of the contact stands."""
        if self.language == "fr":
            return f"J’attends depuis {1000 + self.number} jours, et je ne sais pas qui rappeler."
        return f"I have waited for {1000 + self.number} days and know nobody to call back."


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - its name in aiosmtpd
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A real mail server, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"])
def url(request, tmp_path, postgres_url) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'record.sqlite'}"
        return
    administer(postgres_url, "CREATE DATABASE rehearsal")
    yield postgres_url.format(database="rehearsal")
    administer(postgres_url, "DROP DATABASE rehearsal WITH (FORCE)")


def test_a_consultation_is_rehearsed_and_its_numbers_agree_with_a_ledger(url, tmp_path, mailbox, open_page, axe):
    box, port = mailbox
    _found(url)
    settings = {"CONSULT_MAIL_URL": f"smtp://127.0.0.1:{port}?starttls=0&from=plan@example.org"}
    ledger = Ledger()
    is_drawn = url.startswith("sqlite")
    with contextmanager(serve)(url, tmp_path, settings) as server:
        staff = open_page("en", 1280)
        sign_in(staff, server, "en")
        people = _invite(staff, server, box, tmp_path)
        _answer(server, people, ledger, open_page if is_drawn else None)
        _answer_with_codes(server, ledger)
        _type_in(staff, server, ledger)
        _discuss(server, staff, people[:DISCUSSING], ledger)
        _hold_sessions(server, ledger)
        _compare_board(staff, server, ledger, axe)
    _compare_record(url, people, ledger)


def _found(url: str) -> None:
    """Found the consultation, with a survey of four questions, and open it."""
    engine = create_record_engine(url)
    upgrade(engine)
    password = hash_password(PASSWORD)
    today = date.today()
    with unit_of_work(engine) as session:
        groups = tuple(NewGroup(code, Localised(*names), 20) for code, names in GROUPS.items())
        both = Localised("Rehearsal", "Répétition")
        new = NewConsultation(
            CODE,
            both,
            both,
            both,
            "plan@example.org",
            opens_on=today - timedelta(days=1),
            closes_on=today + timedelta(days=9),
            group_question="answer_as",
            quote_question="quoted",
            groups=groups,
        )
        consultation = create_consultation(session, new)
        publish_version(session, create_survey(session, consultation, _survey()), today)
        open_consultation(session, CODE)
        account = create_account(session, EMAIL, "Claire Aubé", roles=[Role.FACILITATOR], password_hash=password)
        join_consultation(session, account, consultation, Role.FACILITATOR)
    engine.dispose()


def _survey() -> Survey:
    choices = tuple(Choice(code, Localised(*names)) for code, names in GROUPS.items())
    agree = Question("take_part", "consent", Localised("I agree to take part.", "J’accepte."), required=True)
    quoted = Question("quoted", "consent", Localised("I may be quoted.", "On peut me citer."))
    group = Question("answer_as", "single_choice", Localised("You are", "Vous êtes"), choices=choices)
    change = Question("one_change", "long_text", Localised("One change?", "Un changement?"))
    return Survey(
        "survey",
        Localised("Rehearsal", "Répétition"),
        sections=(
            Section("agreement", Localised("Before", "Avant"), questions=(agree, quoted)),
            Section("you", Localised("You", "Vous"), questions=(group, change)),
        ),
    )


def _invite(page: Page, server: Server, box: Mailbox, folder: Path) -> list[Person]:
    """Import sixty contacts, write to them, and return them with the links that they received."""
    groups = list(GROUPS)
    rows = [
        f"Person {number},person{number}@example.org,{('fr', 'en')[number % 2]},{groups[number % 3]},North"
        for number in range(INVITED)
    ]
    contacts = folder / "contacts.csv"
    contacts.write_text("\n".join(["name,email,language,group,region", *rows, rows[0]]), "utf-8")
    base = f"{server.address}/en/manage/{CODE}/invitations"
    page.goto(f"{base}/import")
    page.locator("input[name=file]").set_input_files(contacts)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("main")).to_contain_text("1 row with an address that is there already")
    page.locator("form[data-confirm] button.main").click()
    expect(page.locator(".done")).to_be_visible()
    page.goto(f"{base}/when")  # whatever the hour at which the test runs
    page.locator("#quiet_from").select_option("0")
    page.locator("#quiet_to").select_option("0")
    page.locator("#rests_on_sunday").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(f"{base}/write/invitation")
    page.get_by_role("button", name="See how it will arrive").click()
    page.get_by_role("button", name=f"Send {INVITED} messages").click()
    _wait(lambda: len(box.letters) == INVITED, f"{INVITED} letters")
    sleep(1)
    assert len(box.letters) == INVITED, "somebody was written to twice"
    return sorted(map(_read_letter, box.letters), key=lambda person: person.number)


def _read_letter(letter: EmailMessage) -> Person:
    """Return whom a letter invites; it says the same in plain text and in HTML, and can be unsubscribed from."""
    number = int(re.findall(r"\d+", str(letter["To"]))[-1])
    plain = letter.get_body(("plain",)).get_content()
    ((language, token),) = set(_LINK.findall(plain))
    assert (language, token) in _LINK.findall(letter.get_body(("html",)).get_content())
    assert language == ("fr", "en")[number % 2]
    assert str(letter["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    return Person(number, list(GROUPS)[number % 3], language, token)


def _answer(server: Server, people: list[Person], ledger: Ledger, open_page: Callable[..., Page] | None) -> None:
    """Let people answer with their links: the first on a telephone, then some behind a mail scanner, then others."""
    for person in people[:LINKED]:
        link = f"/{person.language}/i/{person.token}"
        if person.number < PHONES and open_page is not None:
            _answer_on_phone(open_page(person.language, 360), f"{server.address}{link}", person)
        else:
            if PHONES <= person.number < PHONES + SCANNED:
                Visitor(server.address).go(link)
                Visitor(server.address).go(link).send()  # a scanner that presses buttons, too
            _answer_plainly(Visitor(server.address).go(link).send(), person.group, person.words)
        ledger.answered(person.group, "web", person.words)


def _answer_on_phone(page: Page, link: str, person: Person) -> None:
    page.goto(link)
    page.locator("button.main").click()
    page.locator("#take_part").check()
    page.locator("button.main").click()
    page.locator(f"input[name=answer_as][value={person.group}]").check()
    page.locator("textarea[name=one_change]").fill(person.words)
    page.locator("button.main").click()
    page.wait_for_url("**/check*")
    page.locator("button.main").dblclick()  # sent twice, counted once
    expect(page.locator(".receipt .code")).to_be_visible()
    page.context.close()


def _answer_plainly(visitor: Visitor, group: str, words: str) -> None:
    visitor.send({"take_part": "1"}, button="continue", has="take_part")
    visitor.send({"answer_as": group, "one_change": words}, button="continue", has="one_change")
    visitor.send(button="send", to="check")
    assert visitor.page.find_class("receipt"), visitor.words()


def _staff(server: Server) -> Visitor:
    visitor = Visitor(server.address).go("/en/manage/")
    return visitor.send({"email": EMAIL, "password": PASSWORD}, has="password")


def _answer_with_codes(server: Server, ledger: Ledger) -> None:
    """Make codes for paper and telephone, and let people type them."""
    staff = _staff(server).go(f"/en/manage/{CODE}/links")
    staff.send({"count": str(CODES), "group": "caregiver", "language": "fr"}, to="codes")
    codes = [each.text_content() for each in staff.page.xpath("//ol[@class='codes']//code")]
    assert len(set(codes)) == CODES
    for number, code in enumerate(codes):
        words = f"Avec un code, le numéro {number} dit que le stationnement coûte trop cher."
        visitor = Visitor(server.address).go("/fr/code").send({"code": f" {code.lower()} "}, has="code")
        _answer_plainly(visitor.send(has="code", button="continue"), "caregiver", words)
        ledger.answered("caregiver", "web", words)


def _type_in(page: Page, server: Server, ledger: Ledger) -> None:
    """Type in six forms on paper, with the keyboard alone."""
    page.goto(f"{server.address}/en/manage/{CODE}/paper-forms")
    page.get_by_role("button", name="Begin typing").click()
    for number in range(FORMS):
        expect(page.locator("h1")).to_have_text(f"Form {number + 1}")
        expect(page.locator("#code")).to_be_focused()  # there are codes, and none is on these forms
        words = f"On paper, number {number} asks for chairs in the corridor."
        for typed in ("", "", "", "1", "", str(number % 3 + 1), words):
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
        _press_until_saved(page)
        expect(page.locator(".last")).to_contain_text(f"Form {number + 1}, saved.")
        ledger.answered(list(GROUPS)[number % 3], "paper", words)


def _press_until_saved(page: Page) -> None:
    for _ in range(10):
        if page.evaluate("document.activeElement.matches('[data-save]')"):
            break
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")


def _discuss(server: Server, page: Page, people: list[Person], ledger: Ledger) -> None:
    """Open two prompts; eight people post, a facilitator moderates, all twenty react."""
    first, second = _open_prompts(server)
    visitors = {person.number: _take_part(server, person) for person in people}
    for person in people[:8]:
        prompt = first if person.number < 6 else second
        said = (
            f"Énoncé {person.number} sur l’attente"
            if person.language == "fr"
            else f"Statement {person.number} on waiting"
        )
        visitors[person.number].go(f"/{person.language}/d/{CODE}/{prompt}")
        visitors[person.number].send({"text": said}, to="/post", button="post")
        if person.number != HIDDEN:
            ledger.words[prompt, said] += 1
    for prompt in (first, second):
        _moderate(page, f"{server.address}/en/manage/{CODE}/discussions/{prompt}/moderation")
    for person in people:
        for prompt in (first, second):
            visitor = visitors[person.number].go(f"/{person.language}/d/{CODE}/{prompt}")
            while visitor.page.xpath("//button[@value='agree']"):
                visitor.send(to="/react", has="statement", button=("agree", "disagree", "pass")[person.number % 3])
        ledger.discussing[person.group] += 1


def _open_prompts(server: Server) -> list[str]:
    """Write and open two prompts; return their codes."""
    staff = _staff(server)
    for number in (1, 2):
        staff.go(f"/en/manage/{CODE}/discussions/new")
        words = {"title.en": f"What would help, {number}?", "title.fr": f"Qu’est-ce qui aiderait, {number}?"}
        staff.send(words, has="title.en")
    staff.go(f"/en/manage/{CODE}/discussions")
    addresses = list(dict.fromkeys(staff.page.xpath("//form[contains(@action, '/state')]/@action")))
    for address in addresses:
        button = staff.page.xpath(f"//form[@action='{address}']//button[contains(., 'Open')]")[0]
        staff.send({button.get("name"): button.get("value")}, to=address)
    return [address.split("/")[-2] for address in addresses]


def _take_part(server: Server, person: Person) -> Visitor:
    """Open the discussions with one's link, say that one is who answered the survey, and begin."""
    visitor = Visitor(server.address).go(f"/{person.language}/d/i/{person.token}").send()
    visitor.send(to="/resume")
    groups = visitor.page.xpath("//input[@name='group']")
    return visitor.send({"group": _key_of(visitor, person)} if groups else {}, has="quote")


def _key_of(visitor: Visitor, person: Person) -> str:
    names = GROUPS[person.group]
    label = next(each for each in visitor.page.xpath("//label") if each.text_content().strip() in names)
    return str(visitor.page.get_element_by_id(label.get("for")).get("value"))


def _moderate(page: Page, address: str) -> None:
    """Publish each statement with its key; one is hidden, with a reason."""
    page.goto(address)
    while (waiting := page.locator("[data-statement]")).count():
        statement = waiting.first
        statement.focus()
        if f" {HIDDEN} " in statement.inner_text():
            page.keyboard.press("h")
            statement.get_by_role("button", name="Hide it").click()
        else:
            page.keyboard.press("p")
        expect(page.locator(".done")).to_be_visible()
        page.goto(address)


def _hold_sessions(server: Server, ledger: Ledger) -> None:
    """Hold two focus groups and an interview, and make their notes ready."""
    staff = _staff(server)
    held = [
        ("focus_group", {"citizen": 6, "nurse": 2}, ["Le bus ne passe plus.", "The clinic closes at four."]),
        ("focus_group", {"caregiver": 7}, ["We drive at night."]),
        ("interview", {"nurse": 1}, ["Three of us left.", "Nobody replaced them."]),
    ]
    for kind, there, said in held:
        staff.go(f"/en/manage/{CODE}/sessions/new")
        values = {f"attendance.{group}": str(count) for group, count in there.items()}
        values |= {"kind": kind, "held_on": date.today().isoformat(), "language.fr": "1", "language.en": "1"}
        values |= {"note_taker": "Claire", "has_agreed": "1", "may_quote": "1", "consent_by": "Claire"}
        staff.send(values, has="held_on")
        session = staff.url
        for words in said:
            staff.go(f"{session}/notes").send({"text": words}, has="text")
            ledger.words["said_in_sessions", words] += 1
        staff.go(session).send(to="/ready")
        (ledger.focus_group if kind == "focus_group" else ledger.interview).update(there)


def _compare_board(page: Page, server: Server, ledger: Ledger, axe: Callable[[Page], None]) -> None:
    """The board says what the ledger says, group by group and way by way."""
    page.goto(f"{server.address}/en/manage/{CODE}/participation")
    axe(page)
    tables = html.fromstring(page.content()).xpath("//table")
    heard = _table(tables, "People heard, by group")
    counted = {
        names[0]: {
            "Survey": ledger.survey[group],
            "In a discussion": ledger.discussing[group],
            "In a focus group": ledger.focus_group[group],
            "In an interview": ledger.interview[group],
        }
        for group, names in GROUPS.items()
    }
    assert {
        group: {way: row[way] for way in counted[group]} for group, row in heard.items() if group in counted
    } == counted
    ways = _table(tables, "Responses to the survey, by group and by way")
    assert sum(row["On the web"] for row in ways.values()) == ledger.ways["web"]
    assert sum(row["On paper"] for row in ways.values()) == ledger.ways["paper"]
    assert sum(ledger.survey.values()) == LINKED + CODES + FORMS == 40


def _table(tables: list[html.HtmlElement], caption: str) -> dict[str, dict[str, int]]:
    """Return a table of the page: its rows by their headings, their numbers by those of the columns."""
    table = next(each for each in tables if caption in each.findtext("caption"))
    ways = [each.text_content().strip() for each in table.xpath("./thead//th")][1:]
    rows = {}
    for row in table.xpath("./tbody/tr"):
        cells = [each.text_content().split("/")[0].strip() for each in row.xpath("./td")]
        numbers = [int(cell) if cell.isdecimal() else 0 for cell in cells]
        rows[row.xpath("./th")[0].text_content().strip()] = dict(zip(ways, numbers, strict=True))
    return rows


def _compare_record(url: str, people: list[Person], ledger: Ledger) -> None:
    """Every word that was said is there once, each link is used once, and nothing joins the two."""
    engine = create_record_engine(url)
    shuffle_anonymous_rows(engine)
    keyring = Keyring(SECRET)
    with unit_of_work(engine, read_only=True) as session:
        said = sa.select(Contribution.question_code, ContributionRevision.text).join(
            ContributionRevision, ContributionRevision.contribution_id == Contribution.id
        )
        assert Counter(map(tuple, session.execute(said))) == ledger.words
        assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == sum(ledger.survey.values())
        used = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.is_used.is_(True))
        assert session.scalar(used) == LINKED + CODES
        truth = [
            (
                find_invitation(session, keyring, person.token).id,
                find_submitted(session, keyring.open_link(person.token)).id,
            )
            for person in people[:LINKED]
        ]
    findings = attack(engine, truth, "invitations", "responses")
    engine.dispose()
    assert findings.pairs == {}
    assert findings.strongest < findings.threshold, findings


def _wait(happened: Callable[[], bool], what: str) -> None:
    deadline = monotonic() + 90
    while not happened():
        assert monotonic() < deadline, f"waited in vain for {what}"
        sleep(0.1)
