"""Changes to single tables, each inside a transaction of its caller.

In: a connection that holds a transaction. Out: nothing but changed rows. When transactions begin
and end, and who may have one, is left to `sqlite`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from intact_collector.analytics.metrics import METRICS
from intact_collector.analytics.totals import added, placed
from intact_collector.model.metric import Increment, Series
from intact_collector.model.span import SpanKey
from intact_collector.store import rows

_SERIES: Final = (
    "SELECT metric, attributes, start, time, count, total, buckets, low, high, exemplars "
    "FROM series"
)

ALL_SERIES: Final = f"{_SERIES} ORDER BY metric, attributes"


def keep_frozen(sql: sqlite3.Connection, frozen: bytes) -> None:
    """Replace the pipeline's frozen state."""
    sql.execute("INSERT OR REPLACE INTO meta VALUES ('frozen', ?)", (frozen,))


def trim(sql: sqlite3.Connection, spans: Sequence[SpanKey]) -> int:
    """Drop spans from the journal; how many there were."""
    deleted = sql.executemany("DELETE FROM journal WHERE trace_id = ? AND span_id = ?", spans)
    return deleted.rowcount if spans else 0


def bound_outbox(sql: sqlite3.Connection, limit: int) -> int:
    """Let the oldest events beyond `limit` go; how many went."""
    (waiting,) = sql.execute("SELECT count(*) FROM outbox").fetchone()
    if waiting <= limit:
        return 0
    return sql.execute(
        "DELETE FROM outbox WHERE sequence IN (SELECT sequence FROM outbox ORDER BY sequence "
        "LIMIT ?)",
        (waiting - limit,),
    ).rowcount


def add(sql: sqlite3.Connection, increment: Increment, start: int, time: int) -> None:
    """Add one increment to its series; a new series begins at `start`."""
    increment = placed(
        increment,
        exists=lambda one: _find(sql, one) is not None,
        size=lambda metric: _series_of_metric(sql, metric),
    )
    spec = METRICS[increment.metric]
    series = added(_find(sql, increment), increment, spec, start=start, time=time)
    _write(sql, series)


def _find(sql: sqlite3.Connection, increment: Increment) -> Series | None:
    key = (increment.metric, rows.labels_text(increment.attributes))
    row = sql.execute(f"{_SERIES} WHERE metric = ? AND attributes = ?", key).fetchone()
    return rows.series_of(row) if row else None


def _series_of_metric(sql: sqlite3.Connection, metric: str) -> int:
    (count,) = sql.execute("SELECT count(*) FROM series WHERE metric = ?", (metric,)).fetchone()
    return int(count)


def _write(sql: sqlite3.Connection, series: Series) -> None:
    sql.execute(
        "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows.series_row(series),
    )


def drop_exemplars(sql: sqlite3.Connection, traces: set[bytes]) -> None:
    """Take back exemplars that point into these traces. The totals stay."""
    for row in sql.execute(_SERIES).fetchall():
        series = rows.series_of(row)
        kept = tuple(one for one in series.exemplars if one.trace_id not in traces)
        if len(kept) != len(series.exemplars):
            _write(sql, replace(series, exemplars=kept))
