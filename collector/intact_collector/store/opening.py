"""Opening the store's file: its settings, its schema, and what to do when it is broken.

In: a directory that this process owns. Out: a connection, and where a corrupt file was put, if
there was one. Only corruption is set aside: a file of a newer version, a full disk or missing
rights are for the operator, and the data stays where it is.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from intact_collector.errors import StoreError
from intact_collector.store import directory, schema

FILE = "intact.db"

#: Primary result codes by which SQLite says that the bytes are no database, or no longer.
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def connect(path: Path, now: float) -> tuple[sqlite3.Connection, Path | None]:
    """Open or make the file in `path`."""
    try:
        try:
            return _open(path / FILE), None
        except sqlite3.DatabaseError as error:
            if not _corrupt(error):
                raise
        aside = _set_aside(path, now)
        return _open(path / FILE), aside
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the store in {path} cannot be opened ({error}): "
            "see that the disk has room and is writable, or choose another with --data"
        ) from None


def _open(file: Path) -> sqlite3.Connection:
    directory.private(file)
    # Calls come from several threads, one at a time: the store's lock sees to that.
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        found = schema.version(connection)
        if found > len(schema.MIGRATIONS):
            raise StoreError(
                f"the store {file} was written by a newer version of Intact (format {found}, this "
                f"one reads up to {len(schema.MIGRATIONS)}): upgrade, or choose another with --data"
            )
        # Before anything is written: a broken file is set aside as it was found.
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _NotWhole
        if not found:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only before the first table
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        schema.migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


class _NotWhole(sqlite3.DatabaseError):
    """`quick_check` found a broken page that no query has touched yet."""


def _corrupt(error: sqlite3.DatabaseError) -> bool:
    # Extended codes keep the primary one in their low byte.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return isinstance(error, _NotWhole) or code & 0xFF in _CORRUPT


def _set_aside(path: Path, now: float) -> Path:
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = path / f"{FILE}.corrupt-{stamp}"
    number = 1
    while aside.exists():
        number += 1
        aside = path / f"{FILE}.corrupt-{stamp}-{number}"
    (path / FILE).rename(aside)
    # The log belongs to the file that is gone; beside a new one it would be read into it.
    for suffix in ("-wal", "-shm"):
        side = path / f"{FILE}{suffix}"
        if side.exists():
            side.rename(Path(f"{aside}{suffix}"))
    return aside
