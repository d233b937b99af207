"""How fast the boards of themes answer with many contributions: ``python benchmarks/theme_board.py --help``.

The sample consultation with further contributions to one open question, a board of twenty-five themes made from a run
that deals them in turn, three hundred acts in its history, and each page asked for again and again by one signed-in
person, in this process. Prints the number of statements and the median and 95th percentile of each page; then of the
largest acts.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import Engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consult.accounts.passwords import hash_password
from consult.application import create_app
from consult.record.account import Role, create_account, join_consultation
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme, merge_themes, reopen_theme
from consult.record.board_begin import begin_board
from consult.record.board_reading import accept_reading, let_read
from consult.record.board_undo import undo_act
from consult.record.consultation import get_consultation
from consult.record.contribution import ImportedText, import_contributions
from consult.record.database import create_record_engine, unit_of_work
from consult.record.keys import Keyring
from consult.record.lifecycle import By
from consult.record.migrations import upgrade
from consult.record.run import get_run
from consult.record.theme_board import ThemeBoard
from consult.sample import load_sample
from consult.settings import Settings
from tests.consult.planted_run import plant_run

SECRET, PASSWORD = "a secret for benchmarks that is long enough", "quiet herons wade at dawn"
WORDS = "L’attente est longue et personne ne rappelle ; il faut un rendez-vous, un médecin, une réponse."
THEMES, ACTS = 25, 300
OK = 200
ON_TOP = Seen(1_000_000)
CODE, QUESTION = "grand_heron_2027_2030", "hardest"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contributions", type=int, default=5_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/record.sqlite"
        engine, board_id = _fill(url, options.contributions)
        app = create_app(Settings(url, SECRET, is_development=True))
        print(f"{options.contributions} contributions more, {options.times} times each, milliseconds\n")
        print("| page | statements | median | p95 |\n|---|---|---|---|")
        for role in ("facilitator", "committee"):
            client = app.test_client()
            token = html.fromstring(client.get("/fr/sign-in").text).xpath("//main//input[@name='csrf_token']/@value")[0]
            client.post("/fr/sign-in", data={"csrf_token": token, "email": f"{role}@example.org", "password": PASSWORD})
            for name, path in _pages().items():
                print(_measure(app, client, f"{role}: {name}", path, options.times))
        for name, act in _acts(engine, board_id).items():
            start = perf_counter()
            act()
            print(f"| {name} | | {(perf_counter() - start) * 1000:.0f} | |")
    return 0


def _fill(url: str, number: int) -> tuple[Engine, int]:
    engine = create_record_engine(url)
    upgrade(engine)
    now = datetime.now(UTC)
    with unit_of_work(engine) as session:
        load_sample(session, Keyring(SECRET), date.today())
        consultation = get_consultation(session, CODE)
        rows = [ImportedText(str(n), f"{WORDS} {n}", "fr" if n % 3 else "en") for n in range(number)]
        import_contributions(session, consultation, QUESTION, rows)
        for role in (Role.FACILITATOR, Role.COMMITTEE):
            account = create_account(
                session, f"{role}@example.org", role.title(), roles=[role], password_hash=hash_password(PASSWORD)
            )
            join_consultation(session, account, consultation, role)
        let_read(session, consultation, account.id, By(None, now))
        accept_reading(session, consultation, account.id, now)
    run_id = plant_run(engine, CODE, tuple(range(THEMES, 0, -1)), question=QUESTION)
    with unit_of_work(engine) as session:
        board = begin_board(session, get_consultation(session, CODE), get_run(session, run_id), By(None, now))
        for number in range(ACTS):
            act = reopen_theme if number // THEMES % 2 else accept_theme
            act(session, board, f"t{1 + number % THEMES}", By(None, now), ON_TOP)
        return engine, board.id


def _pages() -> dict[str, str]:
    base = f"/fr/committee/{CODE}/board/{QUESTION}"
    return {
        "the board": f"{base}/",
        "the board, by name": f"{base}/?sort=name&page=2",
        "a word looked for in all contributions": f"{base}/?q=médecin",
        "a theme": f"{base}/theme/t1",
        "what is said in it": f"{base}/theme/t1/words",
        "a word in it": f"{base}/theme/t1/words?q=médecin&page=2",
        "in no theme": f"{base}/theme/none/words",
        "the history": f"{base}/history?page=3",
    }


def _measure(app: Flask, client: FlaskClient, name: str, path: str, times: int) -> str:
    statements = [0]

    def count(*_: object) -> None:
        statements[0] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    if client.get(path).status_code != OK:
        raise RuntimeError(path)
    asked = statements[0]
    sa.event.remove(sa.Engine, "before_cursor_execute", count)
    seconds = []
    for _ in range(times):
        start = perf_counter()
        client.get(path)
        seconds.append(perf_counter() - start)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"| {name} | {asked} | {statistics.median(seconds) * 1000:.0f} | {p95 * 1000:.0f} |"


def _acts(engine: Engine, board_id: int) -> dict[str, Callable[[], None]]:
    by = By(None, datetime.now(UTC))

    def merge() -> None:
        with unit_of_work(engine) as session:
            board = session.get_one(ThemeBoard, board_id)
            merge_themes(session, board, [f"t{n}" for n in range(2, THEMES + 1)], "t1", by, ON_TOP)

    def undo() -> None:
        with unit_of_work(engine) as session:
            undo_act(session, session.get_one(ThemeBoard, board_id), ACTS + 1, by)

    return {"merge all themes into one": merge, "undo that": undo}


if __name__ == "__main__":
    sys.exit(main())
