"""Facts that a service agent needs from the one before it, and planted losses: V5.

**Nothing lost.** The sender holds what it knew of the facts that must cross; the receiver its own
state a turn later, where the same values stand under its own slots. All of them must be found.

**Planted losses.** The sender holds everything known; the receiver the same with k of n facts
deleted or replaced by another value of that slot: another one by the data set's own canonical
values, so that "March 4th" is never replaced by "4th of March". Which ones, and how many, follows
from a hash of the dialogue, so that every run plants the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from benchmarks.truth.auc import Floats, mean
from benchmarks.truth.figures import Findings, Table, counted, figure
from benchmarks.truth.product import CAPPED, fingerprint, found_by_name, share_kept
from benchmarks.truth.records import Record
from intact.measure import compare

#: Slot -> value -> everything that means the same there.
_Meanings = Mapping[str, Mapping[str, set[str]]]

_MOST_LOST = 0.5  # of the facts of one handoff


class _Planted(NamedTuple):
    """One handoff with losses: what was planted, and what the measure said."""

    group: str
    error: float
    right: int
    named: int
    planted: int


def judge(records: Sequence[Record]) -> Findings:
    """Figures V5, and outcomes of facts that were deleted, replaced or left alone."""
    retained, groups = [], []
    planted: list[_Planted] = []
    outcomes: list[tuple[str, str]] = []
    meanings = _meanings_by_slot(records)
    for record in records:
        for handoff in record["handoffs"]:
            share = _must_carry(record, handoff)
            if share is not None:
                retained.append(share)
                groups.append(record["id"])
            seed = f"{record['id']}-{handoff['index']}"
            one = _plant(record["id"], _known(handoff), meanings, seed, outcomes)
            if one is not None:
                planted.append(one)
    kept = np.array(retained)
    errors = np.array([one.error for one in planted])
    right, named, lost = (
        np.array([float(getattr(one, name)) for one in planted])
        for name in ("right", "named", "planted")
    )

    def f1(weights: Floats) -> float:
        together = (weights * (named + lost)).sum()
        return float(2 * (weights * right).sum() / together) if together else float("nan")

    dialogues = [one.group for one in planted]
    return Findings(
        figures=(
            figure("V5.retention", lambda weights: mean(kept, weights), groups),
            figure("V5.error", lambda weights: mean(errors, weights), dialogues),
            figure("V5.f1", f1, dialogues),
        ),
        condition=f"{CAPPED}; retention is the plain share of facts kept or restated; losses are"
        " planted in states, one to half of the facts",
        tables=(Table("outcome by what was planted", counted(outcomes)),),
    )


def _known(handoff: Record) -> dict[str, str]:
    """The last value known of each slot, as it was said first."""
    return {fact["f"]: fact["v"][0] for fact in handoff["known"]}


def _nested(facts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    state: dict[str, dict[str, str]] = {}
    for name, value in facts.items():
        service, slot = name.split(".", 1)
        state.setdefault(service, {})[slot] = value
    return state


def _must_carry(record: Record, handoff: Record) -> float | None:
    """The share of the facts that must cross which the receiver's state holds."""
    known = _known(handoff)
    shares = []
    for needed in handoff["must_carry"]:
        source = needed["from"][0]
        state = record["steps"][needed["i"]]["state"]
        receiver = handoff["to"].removeprefix("agent/")
        held = {slot: values[0] for slot, values in state[receiver].items()}
        sent = fingerprint(_nested({source: known[source]}))
        findings = found_by_name(sent, fingerprint({receiver: held}))
        share = share_kept([finding.outcome for finding in findings.values()])
        shares.append(0.0 if share is None else share)
    return sum(shares) / len(shares) if shares else None


def _meanings_by_slot(records: Sequence[Record]) -> _Meanings:
    """Every value that any dialogue gives a slot, in order, with all that it is also written as."""
    meanings: dict[str, dict[str, set[str]]] = {}
    for record in records:
        for handoff in record["handoffs"]:
            for fact in handoff["known"]:
                written = {value.lower() for value in (*fact["v"], *fact["c"])}
                meanings.setdefault(fact["f"], {}).setdefault(fact["v"][0], set()).update(written)
    return {slot: dict(sorted(values.items())) for slot, values in meanings.items()}


def _plant(
    group: str,
    known: dict[str, str],
    meanings: _Meanings,
    seed: str,
    outcomes: list[tuple[str, str]],
) -> _Planted | None:
    """Delete or replace some facts, and hold what is measured against that."""
    names = sorted(known, key=lambda name: _draw(seed, name))
    if not names:
        return None
    count = 1 + _draw(seed, "count") % max(1, int(len(names) * _MOST_LOST))
    received, fates = dict(known), dict.fromkeys(known, "left alone")
    for name in names[:count]:
        own = meanings[name][known[name]]
        others = [value for value, each in meanings[name].items() if own.isdisjoint(each)]
        if others and _draw(seed, name, "fate") % 2:
            received[name] = others[_draw(seed, name, "value") % len(others)]
            fates[name] = "replaced"
        else:
            del received[name]
            fates[name] = "deleted"
    first, second = fingerprint(_nested(known)), fingerprint(_nested(received))
    findings = found_by_name(first, second)
    outcomes += [(fates[name], finding.outcome.value) for name, finding in findings.items()]
    share = share_kept([finding.outcome for finding in findings.values()])
    named = {lost.fact for lost in compare(first, second).lost}
    planted = set(names[:count])
    return _Planted(
        group,
        abs((share or 0.0) - (len(known) - count) / len(known)),
        len(named & planted),
        len(named),
        len(planted),
    )


def _draw(*parts: str) -> int:
    return int.from_bytes(sha256("\n".join(parts).encode()).digest()[:8], "big")
