"""A sentence and another one that says the same, or does not: V8.

The sender holds one sentence, the receiver is given the other; its score is the support of the
first in the second. STS pairs were rated by people; SGD-X pairs are descriptions of one slot or of
two slots of one service.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.truth.auc import auc
from benchmarks.truth.figures import Figure, Findings, Table, counted, figure
from benchmarks.truth.product import CAPPED, fingerprint, found, support_of_text
from benchmarks.truth.records import Record
from intact.model.facts import Kind


def judge(records: Sequence[Record]) -> Findings:
    """Figures V8, and outcomes of sentences by label."""
    labelled = [record for record in records if record["label"]["equivalent"] is not None]
    sts = [record for record in labelled if record["source"].startswith("sts")]
    sgdx = [record for record in labelled if record["source"] == "sgdx"]
    return Findings(
        figures=(_figure("V8.sts", sts), _figure("V8.sgdx", sgdx)),
        condition=f"{CAPPED}; a text scores the mean support of its sentences",
        tables=(
            Table("outcome of sentences by label, STS", _outcomes(sts)),
            Table("outcome of sentences by label, SGD-X", _outcomes(sgdx)),
        ),
    )


def _figure(goal: str, records: Sequence[Record]) -> Figure:
    scores = np.array([_score(record) for record in records])
    labels = np.array([float(record["label"]["equivalent"]) for record in records])
    groups = [record.get("group", record["id"]) for record in records]
    return figure(goal, lambda weights: auc(scores, labels, weights), groups)


def _score(record: Record) -> float:
    score = support_of_text(fingerprint(record["sent"]), fingerprint(record["received"]))
    return 0.5 if score is None else score


def _outcomes(records: Sequence[Record]) -> dict[str, dict[str, int]]:
    return counted(
        [
            ("same" if record["label"]["equivalent"] else "other", finding.outcome.value)
            for record in records
            for fact, finding in found(fingerprint(record["sent"]), fingerprint(record["received"]))
            if fact.kind is Kind.SENTENCE
        ]
    )
