"""Facts of a state in one utterance, of which a simulator knows which it says: V1 to V4.

The sender holds ``{service: {slot: value as the user said it}}`` and the date of the conversation,
which says what its "tomorrow" means; the receiver is given one utterance. Each fact is labelled
``verbatim``, ``restated`` (same value, other words), ``changed`` (another value of the slot) or
``absent``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.truth.auc import auc, mean
from benchmarks.truth.figures import Figure, Findings, Table, counted, figure
from benchmarks.truth.product import (
    CAPPED,
    fingerprint,
    found_by_name,
    share_kept,
)
from benchmarks.truth.records import Record
from intact.measure.support import Finding
from intact.model.facts import Outcome

_NOT_FOUND_OUT = 0.5  # the score of a fact that cannot be decided: neither kept nor lost


class _Labelled(NamedTuple):
    group: str
    why: str
    outcome: Outcome | None
    score: float


def judge(records: Sequence[Record]) -> Findings:
    """Figures V1 to V4, and outcomes by label."""
    facts: list[_Labelled] = []
    errors: list[float] = []
    groups: list[str] = []
    for record in records:
        known = fingerprint(_state(record))
        received = fingerprint(record["received"])
        by_name = found_by_name(known, received)
        here = [_labelled(record["group"], sent, by_name) for sent in record["sent"]]
        facts += here
        measured = share_kept([fact.outcome for fact in here if fact.outcome is not None])
        truth = record["label"]["retained"]
        groups.append(record["group"])
        errors.append(abs((measured or 0.0) - truth))
    unread = sum(fact.outcome is None for fact in facts)
    return Findings(
        figures=(
            _auc("V1", facts, {"verbatim", "restated"}, {"changed", "absent"}),
            _auc("V2", facts, {"restated"}, {"absent"}),
            _auc("V3", facts, {"restated"}, {"changed"}),
            figure("V4", lambda weights: mean(np.array(errors), weights), groups),
        ),
        condition=f"{CAPPED}; a fact scores its support; retention in V4 is the plain share of"
        " facts kept or restated, as the label counts them",
        tables=(
            Table(
                "outcome by label",
                counted([(fact.why, str(fact.outcome or "no fact")) for fact in facts]),
            ),
        ),
        remarks=(f"{unread} labelled facts did not become facts of the fingerprint",),
    )


def _state(record: Record) -> dict[str, object]:
    state: dict[str, dict[str, str]] = {}
    for sent in record["sent"]:
        service, slot = sent["f"].split(".", 1)
        state.setdefault(service, {})[slot] = sent["v"]
    return {"today": record["today"], **state}


def _labelled(group: str, sent: Record, by_name: dict[str, Finding]) -> _Labelled:
    finding = by_name.get(sent["f"])
    if finding is None or finding.support is None:
        return _Labelled(group, sent["why"], finding and finding.outcome, _NOT_FOUND_OUT)
    return _Labelled(group, sent["why"], finding.outcome, finding.support)


def _auc(goal: str, facts: Sequence[_Labelled], kept: set[str], lost: set[str]) -> Figure:
    chosen = [fact for fact in facts if fact.why in kept | lost]
    scores = np.array([fact.score for fact in chosen])
    labels = np.array([float(fact.why in kept) for fact in chosen])
    return figure(
        goal, lambda weights: auc(scores, labels, weights), [fact.group for fact in chosen]
    )
