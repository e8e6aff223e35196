"""Failed runs of several agents, with the step that people blame: V9 and V10.

**Manager's brief.** The first handoff of a run: the sender holds the user's question, the receiver
is given the manager's brief. It is bad when the decisive mistake is step 0. **Steps.** Each step
is compared with the task, the message before it and all before it; the blamed one is to be found.
The label says who broke the run, not that context was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

from benchmarks.truth.auc import auc
from benchmarks.truth.figures import Findings, figure
from benchmarks.truth.gain import gain
from benchmarks.truth.product import WHOLE, fingerprint, weighted_support
from benchmarks.truth.records import Record
from intact.measure import union
from intact.measure.containment import containment

_UNKNOWN = 0.5


def judge(records: Sequence[Record]) -> Findings:
    """Figures V9 and V10.steps."""
    runs = [record for record in records if record["source"] == "who-and-when-alg"]
    losses = np.array([1.0 - _brief(run) for run in runs])
    bad = np.array([float(run["label"]["mistake_step"] == 0) for run in runs])
    groups = [run["question_id"] for run in runs]
    plain, scores, labels, run_of = [], [], [], []
    for record in records:
        mistake = record["label"]["mistake_step"]
        for place, (features, measured) in enumerate(_steps(record)):
            plain.append(features)
            scores.append(measured)
            labels.append(float(place == mistake))
            run_of.append(record["question_id"])
    steps, remark = gain("V10.steps", plain, scores, labels, run_of)
    return Findings(
        figures=(figure("V9", lambda weights: auc(losses, bad, weights), groups), steps),
        condition=f"{WHOLE}; a brief scores the support of the question's facts, weighted as in"
        " retention; a step scores the support of the task and of the message before it, and the"
        " share of its own bigrams that stood in any message before",
        remarks=(f"{int(bad.sum())} of {len(runs)} briefs are bad", remark),
    )


def _brief(run: Record) -> float:
    first = run["handoffs"][0]
    known, received = fingerprint(first["sent"], None), fingerprint(first["received"], None)
    support = weighted_support(known, received)
    return _UNKNOWN if support is None else support


def _steps(record: Record) -> list[tuple[list[float], list[float]]]:
    """Of each step its trivial features, and what the measure says."""
    contents = [step["content"] for step in record["steps"]]
    task = fingerprint(record["task"], None)
    before = history = task
    result = []
    for place, content in enumerate(contents):
        here = fingerprint(content, None)
        measured = [
            weighted_support(task, here),
            weighted_support(before, here),
            containment(here.bigrams, history.bigrams).value,
        ]
        result.append(
            (
                [log(1 + len(content)), place / len(contents), log(1 + place)],
                [_UNKNOWN if value is None else value for value in measured],
            )
        )
        before, history = here, union([history, here])
    return result
