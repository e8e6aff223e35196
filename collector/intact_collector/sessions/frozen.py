"""What the pipeline knows that its spans do not say, as JSON and back.

In: the clusters and tombstones of a state.  Out: bytes, and for bytes the same values again.
A number that was counted, a guess that was decided, a timer that runs: from these bytes and the
journal of open spans a restarted collector goes on as if it had never stopped.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intact.model.facts import Kind, Outcome
from intact.model.measurement import (
    AlikeFact,
    At,
    Interval,
    ListChange,
    LostFact,
    Measurement,
    Mode,
    Origin,
    Reason,
    Relation,
    Verdict,
)
from intact_collector.model.session import Edge
from intact_collector.model.span import SpanKey
from intact_collector.sessions.clusters import Cluster, Settled, Tombstones, Watch
from intact_collector.sessions.stitch import Pin
from intact_collector.sessions.table import Table

VERSION = 1

#: What JSON decodes to. Only this module reads it, and only what it wrote itself.
Json = Any


@dataclass(frozen=True, slots=True)
class Frozen:
    """The content of the bytes. Clusters come without identity: find them by their traces."""

    clusters: tuple[Cluster, ...] = ()
    tombstones: Tombstones = field(default_factory=Tombstones)


def freeze(clusters: Iterable[Cluster], tombstones: Tombstones) -> bytes:
    """Write what is known of clusters beyond their spans, and tombstones."""
    tombs = {
        "since": tombstones.since,
        "young": b64encode(b"".join(sorted(tombstones.young))).decode(),
        "old": b64encode(b"".join(sorted(tombstones.old))).decode(),
    }
    head = f'{{"version":{VERSION},"tombstones":'.encode() + _dump(tombs) + b',"clusters":['
    return head + b",".join(map(_written, clusters)) + b"]}"


def _written(cluster: Cluster) -> bytes:
    """A cluster as JSON, written once in its life: it never changes."""
    if not cluster.written:
        cluster.written.append(_dump(_cluster(cluster)))
    return cluster.written[0]


def _dump(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def thaw(data: bytes) -> Frozen:
    """Read what `freeze` wrote. Empty bytes are a collector that never ran.

    Raises:
        ValueError: If the bytes are of another version, or not ours.
    """
    if not data:
        return Frozen()
    document = json.loads(data)
    if document.get("version") != VERSION:
        raise ValueError("the state was written by another version")
    tombs = document["tombstones"]
    return Frozen(
        clusters=tuple(_read_cluster(item) for item in document["clusters"]),
        tombstones=Tombstones(_traces(tombs["young"]), _traces(tombs["old"]), tombs["since"]),
    )


def _traces(packed: str) -> Table[bytes, None]:
    data = b64decode(packed)
    draft = Table[bytes, None]().draft()
    for at in range(0, len(data), 8):
        draft[data[at : at + 8]] = None
    return draft.done()


def _cluster(cluster: Cluster) -> Json:
    return {
        "traces": sorted(trace.hex() for trace in cluster.traces),
        "due": cluster.due,
        "looked": cluster.looked,
        "fresh": [_key(key) for key in sorted(cluster.fresh)],
        "pins": sorted([_key(p.source), _key(p.target), p.guessed] for p in cluster.pins),
        "decided": [_key(key) for key in sorted(cluster.decided)],
        "watched": {key: _watch(watch) for key, watch in cluster.watched.items()},
        "settled": {key: _settled(one) for key, one in cluster.settled.items()},
    }


def _read_cluster(item: Json) -> Cluster:
    return Cluster(
        id=0,
        traces=frozenset(bytes.fromhex(trace) for trace in item["traces"]),
        due=item["due"],
        looked=item["looked"],
        fresh=frozenset(_read_key(key) for key in item["fresh"]),
        pins=frozenset(Pin(_read_key(a), _read_key(b), guess) for a, b, guess in item["pins"]),
        decided=frozenset(_read_key(key) for key in item["decided"]),
        watched={
            key: Watch(
                _read_key(watch["target"]), _read_measurement(watch["number"]), watch["since"]
            )
            for key, watch in item["watched"].items()
        },
        settled={key: _read_settled(one) for key, one in item["settled"].items()},
    )


def _watch(watch: Watch) -> Json:
    return {
        "target": _key(watch.target),
        "number": _measurement(watch.measurement),
        "since": watch.since,
    }


def _settled(one: Settled) -> Json:
    return {
        "edge": {
            "source": _key(one.edge.source),
            "target": _key(one.edge.target),
            "mode": one.edge.mode.value,
            "origin": one.edge.origin.value,
            "rule": one.edge.rule,
            "at": _key(one.edge.at),
            "time": one.edge.time,
            "id": one.edge.id,
            "mark": one.edge.mark and _key(one.edge.mark),
        },
        "source": one.source,
        "target": one.target,
        "number": _measurement(one.measurement),
        "duration": one.duration,
        "service": one.service,
        "version": one.service_version,
    }


def _read_settled(item: Json) -> Settled:
    edge = item["edge"]
    return Settled(
        edge=Edge(
            source=_read_key(edge["source"]),
            target=_read_key(edge["target"]),
            mode=Mode(edge["mode"]),
            origin=Origin(edge["origin"]),
            rule=edge["rule"],
            at=_read_key(edge["at"]),
            time=edge["time"],
            id=edge["id"],
            mark=_read_key(edge["mark"]) if edge["mark"] else None,
        ),
        source=item["source"],
        target=item["target"],
        measurement=_read_measurement(item["number"]),
        duration=item["duration"],
        service=item["service"],
        service_version=item["version"],
    )


def _measurement(one: Measurement) -> Json:
    """Only what differs from a measurement of nothing: most fields do not."""
    written = {
        "verdict": one.verdict.value,
        "reason": one.reason and one.reason.value,
        **{name: getattr(one, name) for name in _PLAIN if getattr(one, name) is not None},
        "interval": _interval(one.interval),
        "named_interval": _interval(one.named_interval),
        "facts": {outcome.value: count for outcome, count in one.facts.items()},
        "lost": [
            [lost.fact, int(lost.kind), lost.outcome.value, lost.at.value, lost.must_keep]
            for lost in one.lost
        ],
        "absent": list(one.absent),
        "history": one.history and _change(one.history),
        "lists": [_change(change) for change in one.lists],
        "alike": [
            [near.fact, int(near.kind), near.cosine, _interval(near.interval)] for near in one.alike
        ],
        "weight": one.weight,
        "kept_weight": one.kept_weight,
    }
    return {name: value for name, value in written.items() if value or name in _PLAIN}


_PLAIN = (
    "retention",
    "named_retention",
    "prose_retention",
    "sent_received",
    "known_sent",
    "novelty",
    "grounding",
    "payload_bytes",
)


def _read_measurement(item: Mapping[str, Json]) -> Measurement:
    return Measurement(
        verdict=Verdict(item["verdict"]),
        reason=Reason(item["reason"]) if "reason" in item else None,
        **{name: item[name] for name in _PLAIN if name in item},
        interval=_read_interval(item.get("interval")),
        named_interval=_read_interval(item.get("named_interval")),
        facts={Outcome(outcome): count for outcome, count in item.get("facts", {}).items()},
        lost=tuple(
            LostFact(fact, Kind(kind), Outcome(outcome), At(at), must_keep)
            for fact, kind, outcome, at, must_keep in item.get("lost", ())
        ),
        absent=tuple(item.get("absent", ())),
        history=_read_change(item["history"]) if "history" in item else None,
        lists=tuple(_read_change(change) for change in item.get("lists", ())),
        alike=tuple(
            AlikeFact(fact, Kind(kind), cosine, Interval(*interval))
            for fact, kind, cosine, interval in item.get("alike", ())
        ),
        weight=item.get("weight", 0.0),
        kept_weight=item.get("kept_weight", 0.0),
    )


def _change(one: ListChange) -> Json:
    return [one.name, one.relation.value, one.sent, one.received, one.kept, one.first]


def _read_change(item: Json) -> ListChange:
    name, relation, *counts = item
    return ListChange(name, Relation(relation), *counts)


def _interval(interval: Interval | None) -> Json:
    return interval and [interval.low, interval.high]


def _read_interval(item: Json) -> Interval | None:
    return Interval(*item) if item else None


def _key(key: SpanKey) -> list[str]:
    return [key[0].hex(), key[1].hex()]


def _read_key(item: Json) -> SpanKey:
    return (bytes.fromhex(item[0]), bytes.fromhex(item[1]))
