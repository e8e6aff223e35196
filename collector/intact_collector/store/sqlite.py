"""The durable store: one SQLite file in a data directory that one collector owns.

In: what `ports.Store` says. Out: the same after `kill -9`. Every method is one transaction; write
ahead log and `synchronous=FULL` make a returned call survive a crash of the machine, too.

One connection serves all callers, one at a time, behind a lock: SQLite has one writer anyway, and
the host calls from one thread for writing and one for exporting. A file that SQLite calls corrupt
is set aside under another name and a fresh one is begun, since a collector that cannot start loses
more; that is counted and logged.
"""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from intact.errors import CodecError
from intact_collector.analytics.events import effect_id, events, session_id, session_verdict
from intact_collector.analytics.metrics import increments
from intact_collector.codec import decode_span, encode_span
from intact_collector.errors import StoreError
from intact_collector.model.effect import Effect, Forgotten, HandoffSettled, SessionClosed
from intact_collector.model.metric import EvaluationEvent, Series
from intact_collector.model.session import Session
from intact_collector.model.span import ReducedSpan, SpanKey
from intact_collector.store import directory, opening, rows, tables

_log = logging.getLogger(__name__)

#: Journal rows read at once: the rest of the collector gets a turn in between.
_PAGE = 500


class SqliteStore:
    """A `ports.Store` in a directory. Safe to call from any thread; one call runs at a time."""

    def __init__(
        self,
        path: Path,
        *,
        to_json: Callable[[Session], bytes],
        version: str,
        now: float,
        outbox_limit: int = 100_000,
    ) -> None:
        """Open or make the store; `StoreError` says what to do when that cannot be.

        Args:
            path: The data directory. It is made where it is missing.
            to_json: How the report of a closed session is written.
            version: The version that measures, named in events.
            now: When totals begin, should this be a new store. Unix seconds.
            outbox_limit: Events that may wait for a backend; the oldest give way and are counted.
                0 when there is no backend.
        """
        self._path = path
        self._to_json = to_json
        self._version = version
        self._outbox_limit = outbox_limit
        self._counters: Counter[str] = Counter()
        self._lock = Lock()  # guards `_connection` and `_counters`
        self._closed = False
        directory.prepare(path)
        self._owner = directory.lock(path)
        try:
            self._connection, set_aside = opening.connect(path, now)
            if set_aside is not None:
                self._counters["set_aside"] += 1
                _log.warning("the store was corrupt; it is kept as %s, a new one begins", set_aside)
            begun = {"start": str(round(now * 1e9)), "instance": str(uuid.uuid4())}
            with self._transaction() as sql:
                sql.executemany(
                    "INSERT OR IGNORE INTO meta VALUES (?, ?)",
                    [(name, value.encode()) for name, value in begun.items()],
                )
            self._start = int(self._meta("start"))
        except BaseException:
            directory.release(self._owner)
            raise

    def append(self, spans: Sequence[ReducedSpan], now: float) -> None:
        # Encoded before the lock is taken: that is most of the work.
        encoded = [(*span.key, now, encode_span(span)) for span in spans]
        with self._transaction() as sql:
            sql.executemany(
                "INSERT OR IGNORE INTO journal (trace_id, span_id, received, span) "
                "VALUES (?, ?, ?, ?)",
                encoded,
            )

    def journal(self) -> Iterable[tuple[ReducedSpan, float]]:
        last = 0
        while page := self._read(
            "SELECT sequence, span, received FROM journal WHERE sequence > ? "
            "ORDER BY sequence LIMIT ?",
            (last, _PAGE),
        ):
            for sequence, span, received in page:
                last = sequence
                try:
                    yield decode_span(span), received
                except CodecError:  # written by a version that knew more, say
                    self._tally("journal_unreadable")

    def snapshot(self, frozen: bytes) -> None:
        with self._transaction() as sql:
            tables.keep_frozen(sql, frozen)

    def apply(self, effects: Sequence[Effect], frozen: bytes, now: float) -> None:
        dropped = 0
        with self._transaction() as sql:
            for effect in effects:
                if isinstance(effect, Forgotten):
                    tables.trim(sql, effect.spans)
                elif isinstance(effect, HandoffSettled | SessionClosed):
                    self._count(sql, effect, now)
            if effects and self._outbox_limit:
                dropped = tables.bound_outbox(sql, self._outbox_limit)
            tables.keep_frozen(sql, frozen)
        self._tally("events_dropped", dropped)

    def frozen(self) -> bytes:
        return self._meta("frozen")

    def series(self) -> Sequence[Series]:
        return [rows.series_of(row) for row in self._read(tables.ALL_SERIES)]

    def events(self, limit: int) -> Sequence[EvaluationEvent]:
        found = self._read("SELECT event FROM outbox ORDER BY sequence LIMIT ?", (limit,))
        return [rows.event_of(text) for (text,) in found]

    def delivered(self, ids: Sequence[str]) -> None:
        with self._transaction() as sql:
            sql.executemany("DELETE FROM outbox WHERE id = ?", [(id_,) for id_ in ids])

    def sessions(
        self,
        limit: int,
        offset: int = 0,
        *,
        since: float | None = None,
        verdict: str | None = None,
    ) -> Sequence[bytes]:
        found = self._read(
            "SELECT report FROM sessions "
            "WHERE (?1 IS NULL OR ended >= ?1) AND (?2 IS NULL OR verdict = ?2) "
            "ORDER BY ended DESC, sequence DESC LIMIT ?3 OFFSET ?4",
            (since, verdict, limit, offset),
        )
        return [report for (report,) in found]

    def session(self, session_id: str) -> bytes | None:
        found = self._read(
            "SELECT report FROM sessions WHERE session_id = ? ORDER BY sequence DESC LIMIT 1",
            (session_id,),
        )
        return found[0][0] if found else None

    def forget(self, session_id: str, spans: Sequence[SpanKey] = ()) -> bool:
        with self._transaction() as sql:
            # Overwrites what is deleted, which costs writes; erasing is rare enough.
            sql.execute("PRAGMA secure_delete = ON")
            reports = sql.execute(
                "DELETE FROM sessions WHERE session_id = ? RETURNING traces", (session_id,)
            ).fetchall()
            queued = sql.execute("DELETE FROM outbox WHERE session_id = ?", (session_id,)).rowcount
            trimmed = tables.trim(sql, spans)
            traces = {trace_id for trace_id, _ in spans}
            for (joined,) in reports:
                traces.update(joined[at : at + 16] for at in range(0, len(joined), 16))
            tables.drop_exemplars(sql, traces)
        with self._guarded() as sql:
            # The log still holds the pages as they were.
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            sql.execute("PRAGMA secure_delete = OFF")
        return bool(reports or queued or trimmed)

    def expire(self, before: float) -> int:
        with self._transaction() as sql:
            gone = sql.execute("DELETE FROM sessions WHERE ended < ?", (before,)).rowcount
            sql.execute("DELETE FROM counted WHERE at < ?", (before,))
            sql.execute("DELETE FROM journal WHERE received < ?", (before,))
        with self._guarded() as sql:
            # As a script: `execute` takes one step, which gives back one page.
            sql.executescript("PRAGMA incremental_vacuum")
        return gone

    def instance_id(self) -> str:
        return self._meta("instance").decode()

    def counters(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._counters)

    def close(self) -> None:
        """Close the file and let the next collector in. May be called again."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()
                directory.release(self._owner)

    def _count(
        self, sql: sqlite3.Connection, effect: HandoffSettled | SessionClosed, now: float
    ) -> None:
        mark = sql.execute("INSERT OR IGNORE INTO counted VALUES (?, ?)", (effect_id(effect), now))
        if not mark.rowcount:
            return
        if isinstance(effect, SessionClosed):
            self._keep_report(sql, effect)
        for increment in increments(effect):
            tables.add(sql, increment, self._start, round(now * 1e9))
        if self._outbox_limit:
            for event in events(effect, self._version):
                sql.execute(
                    "INSERT OR IGNORE INTO outbox (id, session_id, event) VALUES (?, ?, ?)",
                    (event.id, session_id(effect), rows.event_text(event)),
                )

    def _keep_report(self, sql: sqlite3.Connection, effect: SessionClosed) -> None:
        session = effect.session
        sql.execute(
            "INSERT OR REPLACE INTO sessions (key, session_id, ended, verdict, traces, report) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                effect_id(effect),
                session_id(effect),
                session.end / 1e9,
                session_verdict(session).value,
                b"".join(session.traces),
                self._to_json(session),
            ),
        )

    def _meta(self, name: str) -> bytes:
        found = self._read("SELECT value FROM meta WHERE name = ?", (name,))
        return bytes(found[0][0]) if found else b""

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[rows.Row]:
        with self._guarded() as sql:
            return sql.execute(query, values).fetchall()

    def _tally(self, reason: str, count: int = 1) -> None:
        if count:
            with self._lock:
                self._counters[reason] += count

    @contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one caller. SQLite's own messages name tables, never values."""
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise StoreError(
                    f"the store in {self._path} failed ({error}): see that the disk has room and "
                    "is writable; a restart sets a corrupt file aside"
                ) from None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on the disk when it returns."""
        with self._guarded() as sql:
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                if sql.in_transaction:  # SQLite may have rolled back on its own
                    sql.execute("ROLLBACK")
                raise
