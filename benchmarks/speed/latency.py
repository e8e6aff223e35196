"""How long senders wait, and how soon a loss is seen, while a collector has half of its work.

First a collector is asked for all it can do, until everything it took is measured: that is its full
load. Then another one gets half of that, and beside it the spans of one agent that handed over and
lost something, again and again; the API is asked until it shows the loss.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median

import grpc

from benchmarks.speed.client import exporter
from benchmarks.speed.harness import Effort, Row, quantile
from benchmarks.speed.load import WARMING, Answers, Load
from benchmarks.speed.program import Program
from benchmarks.speed.traffic import fresh, identity, journey, own

_FULL_SECONDS = 5.0
_HALF_SECONDS = 15.0
_SETTLE = "1s"  # so that settling is part of a load of a few seconds
_POLL = 0.01
_PATIENCE = 60.0  # for a measurement; an answer after that is an error
_FIRST_PROBE = WARMING  # lower numbers are the load's own
_OPEN = "intact_collector_open_traces"


def rows(effort: Effort) -> Iterator[Row]:
    """Acknowledgements and visible losses."""
    capacity = _capacity(effort.seconds(_FULL_SECONDS))
    half = capacity / 2
    answers, seen = _half_load(half, effort.seconds(_HALF_SECONDS))
    at = f"half load ({half:,.0f} of {capacity:,.0f} requests/s)"
    condition = (
        f"{at}, durable, gRPC, requests of up to {answers.largest / 1_000:,.0f} KB:"
        " journeys among foreign spans, and prompts of 20 KB with one new message"
    )
    waits = [one * 1_000 for one in answers.seconds]
    sent, refused = f"{len(waits):,} acknowledged", f"{answers.refused:,} refused"
    worst = f"worst {max(waits):,.1f} ms"
    yield Row("acknowledge, p50", median(waits), "ms", None, None, condition, sent, refused)
    yield Row("acknowledge, p99", quantile(waits, 0.99), "ms", 50, 20, condition, sent, worst)
    yield Row(
        "loss visible in the API, p99",
        quantile(seen, 0.99),
        "s",
        1,
        0.2,
        f"after the handoff span was sent, {at}; asked every 10 ms",
        f"{len(seen)} losses, median {median(seen):,.2f} s",
        f"worst {max(seen):,.2f} s",
    )


def _capacity(seconds: float) -> float:
    """Requests per second that are taken and measured."""
    with (
        Program("--settle", _SETTLE) as program,
        Load(program.grpc, seconds) as load,
    ):
        began = time.monotonic()
        taken = len(load.answers().seconds)
        while program.gauge(_OPEN) < taken + WARMING:
            if time.monotonic() - began > seconds + _PATIENCE:
                raise RuntimeError("the collector does not measure what it took")
            time.sleep(_POLL)
        return taken / (time.monotonic() - began)


def _half_load(rate: float, seconds: float) -> tuple[Answers, list[float]]:
    """What senders waited, and how long losses took to be seen meanwhile."""
    triage, arrival, _ = (own(span).SerializeToString() for span in journey(seed=99))
    rng = random.Random(99)
    seen = []
    with (
        Program("--settle", _SETTLE) as program,
        grpc.insecure_channel(program.grpc) as channel,
        Load(program.grpc, seconds, rate) as load,
    ):
        end = time.monotonic() + seconds
        send = exporter(channel)
        probe = _FIRST_PROBE
        while time.monotonic() < end:
            send(fresh(triage, probe), timeout=60)
            time.sleep(rng.uniform(0.0, 0.1))  # not in step with the collector's own rhythm
            began = time.monotonic()
            send(fresh(arrival, probe), timeout=60)
            while not _lost(program, identity(probe)):
                if time.monotonic() - began > _PATIENCE:
                    raise RuntimeError("a loss never became visible")
                time.sleep(_POLL)
            seen.append(time.monotonic() - began)
            probe += 1
        return load.answers(), seen


def _lost(program: Program, session_id: str) -> bool:
    return any(
        handoff["verdict"] == "lost"
        for session in program.sessions(session_id)
        for handoff in session["handoffs"]  # type: ignore[attr-defined]
    )
