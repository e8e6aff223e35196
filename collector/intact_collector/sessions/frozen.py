"""What the pipeline knows that its spans do not say, as JSON and back.

In: the clusters and tombstones of a state.  Out: bytes, and for bytes the same values again.
A number that was counted, a guess that was decided, a timer that runs: from these bytes and the
journal of open spans a restarted collector goes on as if it had never stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intact.model.facts import Kind, Outcome
from intact.model.measurement import (
    At,
    Interval,
    LostFact,
    Measurement,
    Mode,
    Origin,
    Reason,
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
    return json.dumps(
        {
            "version": VERSION,
            "clusters": [_cluster(cluster) for cluster in clusters],
            "tombstones": {
                "since": tombstones.since,
                "young": sorted(trace.hex() for trace in tombstones.young),
                "old": sorted(trace.hex() for trace in tombstones.old),
            },
        },
        separators=(",", ":"),
    ).encode()


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


def _traces(names: Iterable[str]) -> Table[bytes, None]:
    draft = Table[bytes, None]().draft()
    for name in names:
        draft[bytes.fromhex(name)] = None
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
    return {
        "verdict": one.verdict.value,
        "reason": one.reason and one.reason.value,
        "retention": one.retention,
        "interval": _interval(one.interval),
        "named_retention": one.named_retention,
        "named_interval": _interval(one.named_interval),
        "prose_retention": one.prose_retention,
        "sent_received": one.sent_received,
        "known_sent": one.known_sent,
        "novelty": one.novelty,
        "payload_bytes": one.payload_bytes,
        "facts": {outcome.value: count for outcome, count in one.facts.items()},
        "lost": [
            [lost.fact, int(lost.kind), lost.outcome.value, lost.at.value, lost.must_keep]
            for lost in one.lost
        ],
        "absent": list(one.absent),
        "weight": one.weight,
        "kept_weight": one.kept_weight,
    }


def _read_measurement(item: Mapping[str, Json]) -> Measurement:
    return Measurement(
        verdict=Verdict(item["verdict"]),
        reason=Reason(item["reason"]) if item["reason"] else None,
        retention=item["retention"],
        interval=_read_interval(item["interval"]),
        named_retention=item["named_retention"],
        named_interval=_read_interval(item["named_interval"]),
        prose_retention=item["prose_retention"],
        sent_received=item["sent_received"],
        known_sent=item["known_sent"],
        novelty=item["novelty"],
        payload_bytes=item["payload_bytes"],
        facts={Outcome(outcome): count for outcome, count in item["facts"].items()},
        lost=tuple(
            LostFact(fact, Kind(kind), Outcome(outcome), At(at), must_keep)
            for fact, kind, outcome, at, must_keep in item["lost"]
        ),
        absent=tuple(item["absent"]),
        weight=item["weight"],
        kept_weight=item["kept_weight"],
    )


def _interval(interval: Interval | None) -> Json:
    return interval and [interval.low, interval.high]


def _read_interval(item: Json) -> Interval | None:
    return Interval(*item) if item else None


def _key(key: SpanKey) -> list[str]:
    return [key[0].hex(), key[1].hex()]


def _read_key(item: Json) -> SpanKey:
    return (bytes.fromhex(item[0]), bytes.fromhex(item[1]))
