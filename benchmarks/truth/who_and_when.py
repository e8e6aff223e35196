"""Failed runs of several agents, with the step that people blame: V9 and V10.

**Manager's brief.** The first handoff of a run: the sender holds the user's question, the receiver
is given the manager's brief. It is bad when the decisive mistake is step 0. A brief that dropped
the question and one that is about something else are both bad, so its score is the harmonic mean of
the prose of the question that it holds and of the share of its own that comes from the question.
That was chosen on the dev half, which has nine bad briefs: what it is worth, the other half says.
**Steps.** Each step is compared with the task, the message before it and all before it; the blamed
one is to be found. The label says who broke the run, not that context was lost.
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
from intact.measure import compare, union
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
        condition=f"{WHOLE}; a brief scores the harmonic mean of prose retention and grounding;"
        " a step scores the support of the task and of the message before it, and the"
        " share of its own bigrams that stood in any message before",
        remarks=(f"{int(bad.sum())} of {len(runs)} briefs are bad", remark),
    )


def _brief(run: Record) -> float:
    """How well a brief and its question agree: 1 for the same text, 0 for two of unlike tasks."""
    first = run["handoffs"][0]
    measured = compare(fingerprint(first["sent"], None), fingerprint(first["received"], None))
    retention, grounding = measured.prose_retention, measured.grounding
    if retention is None or grounding is None:
        return _UNKNOWN
    return 2 * retention * grounding / (retention + grounding) if retention else 0.0


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
