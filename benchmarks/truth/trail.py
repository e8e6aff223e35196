"""Recorded traces of agents with spans that people marked as errors: V10 and V11.

**V11.** Each trace goes as OTLP through the collector's own decoding, and turns and handoffs are
assembled from it. A trace is read when every recorded span and every message of every model call
comes out; handoffs are those of a manager to its searcher, counted trace by trace.
**V10.** Of each model call: how much of the messages of the call before stands in this one's, how
much of the task in its answer, and how much of its answer was said before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

import numpy as np

from benchmarks.truth.auc import mean
from benchmarks.truth.figures import Figure, Findings, figure
from benchmarks.truth.gain import gain
from benchmarks.truth.product import WHOLE, fingerprint, weighted_support
from benchmarks.truth.records import Record
from benchmarks.truth.trail_spans import request_of
from intact.fingerprint import Fingerprinter, Key
from intact.measure.containment import containment
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode
from intact_collector.handoffs import detect
from intact_collector.model.span import NeutralSpan, Role, Side
from intact_collector.otlp import neutral_spans
from intact_collector.reduce import reduce
from intact_collector.sessions.turns import assemble_turns

_UNKNOWN = 0.5


def judge(records: Sequence[Record]) -> Findings:
    """Figures V10.spans, V11.traces and V11.handoffs."""
    recorded = [record for record in records if record["trace_available"]]
    groups = [record["id"] for record in recorded]
    skipped: Counter[str] = Counter()
    read, found = [], []
    for record in recorded:
        spans = list(neutral_spans(request_of(record), skipped))
        read.append(float(_is_whole(record, spans)))
        found.append(_handoffs(spans))
    wanted = [len(record["handoffs"]) for record in recorded]
    exact = np.array([float(one == two) for one, two in zip(found, wanted, strict=True)])
    held = np.array(read)
    having = np.array([float(count > 0) for count in wanted])
    spans_found, remark = _errors(recorded)
    reasons = ", ".join(f"{count} spans {reason}" for reason, count in sorted(skipped.items()))
    return Findings(
        figures=(
            spans_found,
            figure("V11.traces", lambda weights: mean(held, weights), groups),
            figure("V11.handoffs", lambda weights: mean(exact, weights * having), groups),
        ),
        condition=f"{WHOLE}; traces are rebuilt from the records as OTLP; handoffs are exact where"
        " a trace that has some gives as many from a manager to a searcher",
        remarks=(
            remark,
            f"{sum(found)} of {sum(wanted)} handoffs found in {len(recorded)} traces"
            + (f"; skipped: {reasons}" if reasons else ""),
        ),
    )


def _is_whole(record: Record, spans: Sequence[NeutralSpan]) -> bool:
    """Whether every recorded span is there, and of every model call all messages."""
    by_id = {span.span_id.hex(): span for span in spans}
    for step in record["steps"]:
        span = by_id.get(step["span_id"])
        if span is None:
            return False
        if step["kind"] == "LLM":
            given = sum(
                len(content.context)
                for content in span.contents
                if content.side in (Side.INPUT, Side.SYSTEM) and isinstance(content.context, list)
            )
            if span.role is not Role.MODEL or given != len(step["in"] or ()):
                return False
    return True


def _handoffs(spans: Iterable[NeutralSpan]) -> int:
    """How many times one agent handed over to another, the ways back not counted."""
    fingerprinter = Fingerprinter(Key(b"intact.benchmarks.trail"))
    reduced = [reduce(span, fingerprinter) for span in spans]
    edges = detect(assemble_turns(reduced), reduced)
    return sum(edge.mode is not Mode.RETURN for edge in edges)


def _errors(records: Sequence[Record]) -> tuple[Figure, str]:
    """V10.spans: are model calls in which people saw an error found by what they lost."""
    plain, scores, labels, groups = [], [], [], []
    for record in records:
        marked = _marked(record)
        calls = [step for step in record["steps"] if step["kind"] == "LLM"]
        for place, (features, measured) in enumerate(_calls(record, calls)):
            plain.append(features)
            scores.append(measured)
            labels.append(float(calls[place]["span_id"] in marked))
            groups.append(record["id"])
    return gain("V10.spans", plain, scores, labels, groups)


def _marked(record: Record) -> set[str]:
    """The model calls with an error; one on another span counts for the last call before it."""
    marked = set()
    last_call: dict[str, str] = {}
    current = ""
    for step in record["steps"]:
        if step["kind"] == "LLM":
            current = step["span_id"]
        last_call[step["span_id"]] = current
    for error in record["label"]["errors"]:
        marked.add(last_call.get(error["span_id"], ""))
    return marked


def _calls(record: Record, calls: Sequence[Record]) -> list[tuple[list[float], list[float]]]:
    """Of each model call its trivial features, and what the measure says."""
    pool = record["pool"]
    first = calls[0]["in"] if calls else ()
    task = fingerprint([pool[text] for _, text in first or ()][-1:], None)
    answered: list[Fingerprint] = []
    before: dict[str, Fingerprint] = {}  # by agent
    result = []
    for place, call in enumerate(calls):
        prompt = [pool[text] for _, text in call["in"] or ()]
        given = fingerprint(prompt, None)
        answer = fingerprint(pool[call["out"]] if call["out"] is not None else "", None)
        last = before.get(call["agent"])
        repeated = [containment(answer.bigrams, one.bigrams).value or 0.0 for one in answered]
        measured = [
            containment(last.bigrams, given.bigrams).value if last is not None else None,
            weighted_support(task, answer),
            max(repeated, default=0.0),
        ]
        length = log(1 + sum(map(len, prompt)))
        result.append(
            (
                [length, place / len(calls), log(1 + place)],
                [_UNKNOWN if value is None else value for value in measured],
            )
        )
        answered.append(answer)
        before[call["agent"]] = given
    return result
