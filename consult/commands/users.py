"""`consult user`: accounts of the people who run a consultation. Participants need none."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getpass
from gettext import NullTranslations

import click
from sqlalchemy.orm import Session

from consult.accounts.passwords import LEAST_SIGNS, MOST_SIGNS, find_fault, hash_password
from consult.errors import InputError
from consult.languages import LANGUAGES, terminal_language
from consult.record.account import (
    Account,
    Role,
    activate_account,
    create_account,
    deactivate_account,
    find_account,
    join_consultation,
    list_accounts,
    list_joined,
    normalise_email,
    set_password_hash,
)
from consult.record.audit import record_action
from consult.record.consultation import Consultation, list_consultations
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.serve import prepare_database
from consult.settings import read_settings

# An administrator belongs to no consultation.
_JOINING = (Role.FACILITATOR, Role.COMMITTEE)
_LONGEST_INPUT = 4096


def add(cli: click.Group, words: NullTranslations) -> None:
    """Add the commands about accounts."""
    _ = words.gettext

    @cli.group(
        "user",
        help=_("Look after the accounts of facilitators, committee members and administrators."),
        invoke_without_command=True,
    )
    @click.pass_context
    def user(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            click.echo(context.get_help())

    for part in (_add_add, _add_list, _add_join, _add_password, _add_activity):
        part(user, words)


def _add_add(user: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @user.command("add", help=_("Make an account, and ask for its password."))
    @click.argument("email")
    @click.option("--name", required=True, metavar="NAME", help=_("What the person is called."))
    @click.option("--role", required=True, metavar="ROLE", help=_("facilitator, committee or administrator."))
    @click.option("--language", metavar="fr|en", help=_("The person’s language. Yours if left out."))
    @click.option(
        "--consultation",
        "codes",
        multiple=True,
        metavar="CODE",
        help=_("A consultation to join. May be given several times. All that exist if left out."),
    )
    @click.option("--password-stdin", "piped", is_flag=True, help=_("Read the password from standard input."))
    def command(email: str, name: str, role: str, language: str | None, codes: tuple[str, ...], piped: bool) -> None:
        part, chosen = _read_role(role, codes), _read_language(language)
        joins = _check_new(email, name, part, codes)
        digest = hash_password(_ask_password(normalise_email(email), name, words, piped=piped))
        with _writing(must_exist=False) as session:
            account = create_account(session, email, name, roles=[part], language=chosen, password_hash=digest)
            _audit(session, account, "account.created")
            for consultation in _choose(session, part, joins) if joins else ():
                join_consultation(session, account, consultation, part)
                _audit(session, account, "account.joined")
        click.echo(_("%(email)s can sign in as %(role)s.") % {"email": account.email, "role": part.value})
        _say_joined(joins, part, words)


def _add_list(user: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @user.command("list", help=_("Show every account: address, name, roles, language, consultations."))
    def command() -> None:
        with _reading() as session:
            joined = list_joined(session)
            rows = [
                (
                    account.email,
                    account.name,
                    ", ".join(account.roles),
                    account.language,
                    ", ".join(joined.get(account.id, [])),
                    "" if account.active else _("(closed)"),
                )
                for account in list_accounts(session)
            ]
        if not rows:
            click.echo(_("There is no account yet. Make one with: consult user add"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _add_join(user: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @user.command("join", help=_("Make an account a member of consultations."))
    @click.argument("email")
    @click.argument("codes", metavar="CODE...", nargs=-1, required=True)
    def command(email: str, codes: tuple[str, ...]) -> None:
        with _writing() as session:
            account = _find(session, email)
            part = next((role for role in _JOINING if role.value in account.roles), None)
            if part is None:
                raise InputError("user.joins_nothing", account.email)
            for consultation in _choose(session, part, codes):
                join_consultation(session, account, consultation, part)
                _audit(session, account, "account.joined")
        _say_joined(codes, part, words)


def _add_password(user: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @user.command("password", help=_("Give an account a new password. The person is signed out everywhere."))
    @click.argument("email")
    @click.option("--password-stdin", "piped", is_flag=True, help=_("Read the password from standard input."))
    def command(email: str, piped: bool) -> None:
        with _reading() as session:
            account = _find(session, email)
        digest = hash_password(_ask_password(account.email, account.name, words, piped=piped))
        with _writing() as session:
            account = _find(session, email)
            set_password_hash(session, account, digest)
            _audit(session, account, "account.password_changed")
        click.echo(_("%(email)s has a new password, and was signed out everywhere.") % {"email": account.email})
        if not account.active:
            click.echo(_("This account is closed. Open it again with: consult user activate"))


def _add_activity(user: click.Group, words: NullTranslations) -> None:
    _ = words.gettext

    @user.command("deactivate", help=_("Close an account: it signs in no more, and what it did stays under its name."))
    @click.argument("email")
    def close(email: str) -> None:
        with _writing() as session:
            account = _find(session, email)
            deactivate_account(session, account)
            _audit(session, account, "account.deactivated")
        click.echo(_("%(email)s is closed, and was signed out everywhere.") % {"email": account.email})

    @user.command("activate", help=_("Open a closed account again, with the password that it had."))
    @click.argument("email")
    def reopen(email: str) -> None:
        with _writing() as session:
            account = _find(session, email)
            activate_account(session, account)
            _audit(session, account, "account.activated")
        click.echo(_("%(email)s can sign in again.") % {"email": account.email})


def _read_role(role: str, codes: Iterable[str]) -> Role:
    if role not in {known.value for known in Role}:
        raise InputError("user.role", f"--role {role}")
    if Role(role) not in _JOINING and any(codes):
        raise InputError("user.joins_nothing", "--consultation")
    return Role(role)


def _read_language(language: str | None) -> str:
    if language not in {*LANGUAGES, None}:
        raise InputError("user.language", f"--language {language}")
    return language or terminal_language()


def _check_new(email: str, name: str, part: Role, codes: Sequence[str]) -> list[str]:
    """Refuse what cannot become an account before anybody types a password; return the consultations that it joins."""
    if not name.strip():
        raise InputError("account.no_name", "--name")
    try:
        normalise_email(email)
    except RecordError as error:
        raise InputError(error.code, "", **error.values) from error
    try:
        with _reading() as session:
            if find_account(session, email) is not None:
                raise InputError("account.exists", email)
            return [consultation.code for consultation in _choose(session, part, codes)]
    except InputError as error:
        if error.code != "database.none":
            raise
    # the first account makes the database, once its password is known
    if codes:
        raise InputError("user.consultation", codes[0], codes="–")
    return []


def _find(session: Session, email: str) -> Account:
    account = find_account(session, email)
    if account is None:
        raise InputError("account.missing", email)
    return account


def _choose(session: Session, part: Role, codes: Iterable[str]) -> list[Consultation]:
    """Return the consultations of these codes, or all of them where none is given and the part has any."""
    known = {consultation.code: consultation for consultation in list_consultations(session)}
    chosen = dict.fromkeys(codes)
    for code in chosen:
        if code not in known:
            raise InputError("user.consultation", code, codes=", ".join(known) or "–")
    if part not in _JOINING:
        return []
    return [known[code] for code in chosen or known]


def _ask_password(email: str, name: str, words: NullTranslations, *, piped: bool) -> str:
    """Return a password that will do, from standard input or typed twice."""
    password = _read_piped() if piped else _type_twice(words)
    if fault := find_fault(password, email, name):
        raise InputError(fault, least=LEAST_SIGNS, most=MOST_SIGNS)
    return password


def _read_piped() -> str:
    try:
        return sys.stdin.readline(_LONGEST_INPUT).rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError("password.encoding", "--password-stdin") from None


def _type_twice(words: NullTranslations) -> str:
    _ = words.gettext
    if not sys.stdin.isatty():
        raise InputError("password.no_terminal")
    try:
        first = getpass(_("Password: "))
        second = getpass(_("The same password again: "))
    except EOFError:
        raise click.Abort from None
    if first != second:
        raise InputError("password.differ")
    return first


def _say_joined(codes: Iterable[str], part: Role, words: NullTranslations) -> None:
    _ = words.gettext
    if codes:
        click.echo(_("Member of: %(codes)s") % {"codes": ", ".join(codes)})
    elif part in _JOINING:
        click.echo(
            _(
                "There is no consultation yet. A facilitator can create one after signing in; to join one made by"
                " somebody else: consult user join"
            )
        )


def _audit(session: Session, account: Account, action: str) -> None:
    record_action(session, None, action, account, now=datetime.now(UTC))


@contextmanager
def _reading() -> Iterator[Session]:
    with _unit(read_only=True) as session:
        yield session


@contextmanager
def _writing(*, must_exist: bool = True) -> Iterator[Session]:
    with _unit(read_only=False, must_exist=must_exist) as session:
        yield session


@contextmanager
def _unit(*, read_only: bool, must_exist: bool = True) -> Iterator[Session]:
    """Give a unit of work on the database of the settings, and say as bad input what the record refuses of one."""
    settings = read_settings(os.environ)
    prepare_database(settings, must_exist=must_exist)
    engine = create_record_engine(settings.database_url)
    try:
        with unit_of_work(engine, read_only=read_only) as session:
            yield session
    except RecordError as error:
        if error.code.startswith("account."):
            raise InputError(error.code, "", **error.values) from error
        raise
    finally:
        engine.dispose()
