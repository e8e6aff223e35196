"""What `@intact.agent` costs, against a bare span around the same function.

Both go to a BatchSpanProcessor whose exporter throws spans away, so that what is compared is the
agent's path: input and output are both fingerprinted.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import repeat
from time import process_time_ns, thread_time_ns
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult

import intact
from benchmarks.speed.harness import Effort, Row, compare, microseconds
from benchmarks.speed.states import SECRET, State, growing, state
from intact.trace.backlog import BACKLOG

_Agent = Callable[[State], object]
_INLINE = "over a bare span; input and output fingerprinted"
_PATH = f"{_INLINE} off the agent's path; CPU of the agent's thread alone"
_WHOLE = f"{_INLINE} off the agent's path; CPU of all threads"


class _Nowhere(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS


class _Switch(Sampler):
    """Samples everything, or nothing: one provider serves both kinds of rows."""

    def __init__(self) -> None:
        self.on = True

    def should_sample(self, *args: object, **kwargs: object) -> SamplingResult:
        return SamplingResult(Decision.RECORD_AND_SAMPLE if self.on else Decision.DROP)

    def get_description(self) -> str:
        return "switch"


def _same(context: State) -> State:
    return context


async def _same_later(context: State) -> State:
    return context


def _told() -> None:
    """Wait until everything is told that was deferred."""
    if not BACKLOG.drain(60):
        raise RuntimeError("what was deferred took longer than a minute")


def rows(effort: Effort) -> Iterator[Row]:
    """Decorator rows."""
    switch = _Switch()
    provider = TracerProvider(sampler=switch, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_Nowhere(), max_queue_size=1 << 16))
    intact.configure(key=SECRET, tracer_provider=provider)
    tracer = provider.get_tracer("bare")
    decorated = intact.agent("bench")(_same)

    def bare(context: State) -> State:
        with tracer.start_as_current_span("invoke_agent bench"):
            return _same(context)

    for size, label, must, aim in ((1_000, "1 KB", 3, 2), (50_000, "50 KB", 10, 6)):
        name = f"decorator {label}, state seen before"
        yield _row(name, must, aim, _INLINE, decorated, bare, repeat(state(size)), effort)
    for size, label, must, aim in ((1_000, "1 KB", 9, 5), (50_000, "50 KB", 60, 25)):
        name = f"decorator {label}, one new message"
        yield _row(name, must, aim, _INLINE, decorated, bare, growing(size), effort)

    deferred = intact.agent("bench", defer=True)(_same)
    for size, label, must, aim in ((1_000, "1 KB", 4, 3), (50_000, "50 KB", 15, 8)):
        name = f"decorator {label}, one new message, deferred"
        path = _row(name, must, aim, _PATH, deferred, bare, growing(size), effort, thread_time_ns)
        yield path
        name = f"decorator {label}, one new message, deferred, in all"
        yield _row(name, None, None, _WHOLE, deferred, bare, growing(size), effort)

    decorated_later = intact.agent("bench")(_same_later)

    async def bare_later(context: State) -> State:
        with tracer.start_as_current_span("invoke_agent bench"):
            return await _same_later(context)

    yield _row(
        "decorator 50 KB, state seen before, async",
        10,
        6,
        f"{_INLINE}; both are coroutines",
        _driven(decorated_later),
        _driven(bare_later),
        repeat(state(50_000)),
        effort,
    )
    switch.on = False
    yield _row(
        "decorator 50 KB, not sampled",
        1.15,
        1.05,
        "over an unsampled bare span",
        decorated,
        bare,
        repeat(state(50_000)),
        effort,
        calls=1_000,
    )
    provider.shutdown()


def _driven(agent: Callable[[State], Coroutine[Any, Any, State]]) -> _Agent:
    """The coroutine run to its end without an event loop, which would cost both sides the same."""

    def run(context: State) -> object:
        coroutine = agent(context)
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        raise RuntimeError("an agent that never waits was suspended")

    return run


def _row(
    name: str,
    must: float | None,
    aim: float | None,
    condition: str,
    decorated: _Agent,
    bare: _Agent,
    states: Iterator[State],
    effort: Effort,
    clock: Callable[[], int] = process_time_ns,
    calls: int = 50,
) -> Row:
    found = compare(decorated, bare, states, effort, calls=calls, clock=clock, after=_told)
    return Row(
        name,
        found.ratio,
        "x",
        must,
        aim,
        condition,
        microseconds(found.ours),
        microseconds(found.against),
    )
