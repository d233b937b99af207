"""PostgreSQL's part of `backup`: its own tools, told where to go by the environment, never on a command line.

A restoration is one transaction of `psql`: it locks the tables, looks for responses, drops what is there, runs what
`pg_restore` writes, and commits only when `pg_restore` has come to its end. Servers that are running wait for it, and
read the restored rows afterwards.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from sqlalchemy import URL, Engine

from consult.record.errors import RecordError
from consult.record.migrations import SchemaState, state_of, upgrade

_MAGIC = b"PGDMP"
_REVISION = re.compile(r"^COPY \S*alembic_version .*?FROM stdin;\n(\S+)\n", re.MULTILINE)
_REFUSAL = re.compile(r"consult:(restore\.[a-z_]+|record\.busy):(\d*)")

# Everything before the dump's own statements. What stands in the schema is dropped only if it is ours and may go.
# All tables are locked at once or none: holding some while waiting for others would make a deadlock with people's
# answers. Between two tries everybody goes on.
_BEFORE = """
BEGIN;
SET LOCAL client_min_messages = error;
DO $consult$
DECLARE
    each record;
    tables text;
    responses bigint := 0;
    until timestamptz := clock_timestamp() + interval '%(seconds)s seconds';
BEGIN
    SELECT string_agg(format('%%I', tablename), ', ') INTO tables FROM pg_tables WHERE schemaname = current_schema();
    IF tables IS NOT NULL THEN
        IF to_regclass('alembic_version') IS NULL OR to_regclass('responses') IS NULL THEN
            RAISE EXCEPTION 'consult:restore.not_ours:';
        END IF;
        LOOP
            BEGIN
                EXECUTE format('LOCK TABLE %%s IN ACCESS EXCLUSIVE MODE NOWAIT', tables);
                EXIT;
            EXCEPTION WHEN lock_not_available THEN
                IF clock_timestamp() > until THEN
                    RAISE EXCEPTION 'consult:record.busy:';
                END IF;
                PERFORM pg_sleep(0.002);
            END;
        END LOOP;
        SELECT count(*) INTO responses FROM responses;
        IF responses > 0 AND NOT %(replace)s THEN
            RAISE EXCEPTION 'consult:restore.not_empty:%%', responses;
        END IF;
        EXECUTE format('DROP TABLE %%s CASCADE', tables);
    END IF;
    FOR each IN
        SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP FUNCTION %%s CASCADE', each.signature);
    END LOOP;
END
$consult$;
"""


def is_postgresql_dump(start: bytes) -> bool:
    """Tell whether a file begins as `pg_dump` begins its custom format."""
    return start.startswith(_MAGIC)


def dump_postgresql(url: URL, part: Path) -> None:
    """Write the database to a file; raises `backup.no_tool`, `backup.old_tool`, `backup.tool_failed`."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}", environment=_environment(url))


def restore_postgresql(engine: Engine, file: Path, *, replace: bool, wait_seconds: float) -> None:
    """Put a dump in the database's place and bring it up to this version; raises as `backup.restore` does."""
    for tool in ("pg_restore", "psql"):
        _find(tool)
    listed = _run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file), failing="damaged")
    found = _REVISION.search(listed.decode("utf-8", "replace"))
    if found is None:
        raise RecordError("backup.not_ours")
    if state_of(found.group(1)) is SchemaState.AHEAD:
        raise RecordError("backup.ahead")
    _run("pg_restore", f"--file={os.devnull}", str(file), failing="damaged")
    _feed(engine.url, file, _BEFORE % {"replace": str(replace).lower(), "seconds": wait_seconds})
    engine.dispose()
    upgrade(engine)


def _feed(url: URL, file: Path, before: str) -> None:
    """Run the whole restoration as one script; without its last line nothing has happened."""
    psql = subprocess.Popen(  # noqa: S603 - our own arguments
        [_find("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"],
        env=_environment(url),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    is_complete = False
    with psql:
        script = psql.stdin
        assert script is not None  # noqa: S101 - a pipe was asked for
        assert psql.stderr is not None  # noqa: S101 - the same
        try:
            script.write(before.encode())
            script.flush()
            made = subprocess.run(  # noqa: S603 - our own arguments
                [_find("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)],
                stdout=script,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            is_complete = made.returncode == 0
            script.write(b"\nCOMMIT;\n" if is_complete else b"\nROLLBACK;\n")
            script.close()
        except BrokenPipeError:
            pass  # psql has refused, and says why below
        said = psql.stderr.read().decode("utf-8", "replace")
    if refusal := _REFUSAL.search(said):
        code, responses = refusal.groups()
        raise RecordError(code, responses=int(responses)) if responses else RecordError(code)
    if psql.returncode or not is_complete:
        raise RecordError("backup.tool_failed", tool="psql")


def _find(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        raise RecordError("backup.no_tool", tool=tool)
    return found


def _run(tool: str, *arguments: str, environment: dict[str, str] | None = None, failing: str = "tool_failed") -> bytes:
    """Run a tool and return what it wrote; what it complains of may quote rows, so only its kind is told."""
    ran = subprocess.run(  # noqa: S603 - our own arguments
        [_find(tool), *arguments], env=environment, capture_output=True, check=False
    )
    if ran.returncode:
        if b"version mismatch" in ran.stderr or b"unsupported version" in ran.stderr:
            raise RecordError("backup.old_tool", tool=tool)
        raise RecordError(f"backup.{failing}", tool=tool)
    return ran.stdout


def _environment(url: URL) -> dict[str, str]:
    """Return the environment in which libpq finds the database: a command line can be read by everybody."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = conninfo_to_dict(address)
    variables = {each.keyword.decode(): each.envvar.decode() for each in Conninfo.get_defaults() if each.envvar}
    told = {variables[name]: str(value) for name, value in given.items() if name in variables}
    return {**os.environ, **told}
