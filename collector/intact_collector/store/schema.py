"""Tables of the store, as the list of steps that made them.

The number of steps a file has behind it is its `user_version`. A step that was released is never
changed; a new one is appended. All steps that are missing run in one transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Final

_FIRST = """
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id BLOB NOT NULL,
    span_id BLOB NOT NULL,
    received REAL NOT NULL,
    span BLOB NOT NULL,
    UNIQUE (trace_id, span_id)
);

-- What the totals hold already. `at` lets marks age out.
CREATE TABLE counted (
    key TEXT PRIMARY KEY,
    at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE series (
    metric TEXT NOT NULL,
    attributes TEXT NOT NULL,
    start INTEGER NOT NULL,
    time INTEGER NOT NULL,
    count INTEGER NOT NULL,
    total REAL NOT NULL,
    buckets TEXT NOT NULL,
    low REAL,
    high REAL,
    exemplars TEXT NOT NULL,
    PRIMARY KEY (metric, attributes)
) WITHOUT ROWID;

CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    event TEXT NOT NULL
);
CREATE INDEX outbox_session ON outbox (session_id);

CREATE TABLE sessions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    ended REAL NOT NULL,
    verdict TEXT NOT NULL,
    traces BLOB NOT NULL,
    report BLOB NOT NULL
);
CREATE INDEX sessions_id ON sessions (session_id, sequence);
CREATE INDEX sessions_ended ON sessions (ended, sequence);
"""

MIGRATIONS: Final = (_FIRST,)


def version(connection: sqlite3.Connection) -> int:
    """How many steps this file has behind it; 0 for a new one."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema. The caller checked that it is not a newer one."""
    steps = MIGRATIONS[version(connection) :]
    if steps:
        body = "\n".join(steps)
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{body}\nPRAGMA user_version = {len(MIGRATIONS)};\nCOMMIT;"
        )
