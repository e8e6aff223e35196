"""Series and events as columns and back.

JSON with sorted keys, so that equal attributes are equal text and can be a primary key. Ids are
hex. Nothing here knows of tables or connections.
"""

from __future__ import annotations

from typing import Any

import orjson

from intact_collector.model.metric import EvaluationEvent, Exemplar, Series

Row = tuple[Any, ...]
Labels = tuple[tuple[str, str], ...]


def labels_text(labels: Labels) -> str:
    """The attributes of a series as its key.

    >>> labels_text((("a", "1"),))
    '[["a","1"]]'
    """
    return _text([list(pair) for pair in labels])


def series_row(series: Series) -> Row:
    """A series as the columns of its table."""
    exemplars = [
        [one.trace_id.hex(), one.span_id.hex(), one.value, one.time] for one in series.exemplars
    ]
    return (
        series.metric,
        labels_text(series.attributes),
        series.start,
        series.time,
        series.count,
        series.total,
        _text(list(series.buckets)),
        series.low,
        series.high,
        _text(exemplars),
    )


def series_of(row: Row) -> Series:
    """The series that `series_row` wrote."""
    metric, labels, start, time, count, total, buckets, low, high, exemplars = row
    return Series(
        metric=metric,
        attributes=tuple((name, value) for name, value in orjson.loads(labels)),
        start=start,
        time=time,
        count=count,
        total=total,
        buckets=tuple(orjson.loads(buckets)),
        low=low,
        high=high,
        exemplars=tuple(
            Exemplar(bytes.fromhex(trace_id), bytes.fromhex(span_id), float(value), at)
            for trace_id, span_id, value, at in orjson.loads(exemplars)
        ),
    )


def event_text(event: EvaluationEvent) -> str:
    """An event as JSON."""
    return _text(
        {
            "id": event.id,
            "time": event.time,
            "trace_id": event.trace_id.hex(),
            "span_id": event.span_id.hex(),
            "body": event.body,
            "attributes": dict(event.attributes),
        }
    )


def event_of(text: str) -> EvaluationEvent:
    """The event that `event_text` wrote."""
    read = orjson.loads(text)
    return EvaluationEvent(
        id=read["id"],
        time=read["time"],
        trace_id=bytes.fromhex(read["trace_id"]),
        span_id=bytes.fromhex(read["span_id"]),
        body=read["body"],
        attributes={
            name: tuple(value) if isinstance(value, list) else value
            for name, value in read["attributes"].items()
        },
    )


def _text(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
