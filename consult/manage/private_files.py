"""Where a page keeps what people said while it reads or writes a file: with the database, for nobody else, briefly."""

from pathlib import Path

from sqlalchemy import Engine


def private_folder(engine: Engine) -> str | None:
    """Return the folder of the database's own file, or None (the system's folder) where it has none.

    What is put there must have no name (`tempfile.TemporaryFile`), or lie in a folder that only this account can
    open (`tempfile.TemporaryDirectory`), and be gone when the page has answered.
    """
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return str(Path(file).absolute().parent) if file and file != ":memory:" else None
