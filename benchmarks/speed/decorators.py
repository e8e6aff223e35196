"""What `@intact.agent` costs, against a bare span around the same function.

Both go to a BatchSpanProcessor whose exporter throws spans away, so that what is compared is the
agent's path: input and output are both fingerprinted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult

import intact
from benchmarks.speed.harness import Row, compare, microseconds
from benchmarks.speed.states import growing, state


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


def _same(context: dict[str, object]) -> dict[str, object]:
    return context


def rows() -> Iterator[Row]:
    """Decorator rows."""
    switch = _Switch()
    provider = TracerProvider(sampler=switch)
    provider.add_span_processor(BatchSpanProcessor(_Nowhere(), max_queue_size=1 << 16))
    trace.set_tracer_provider(provider)
    tracer = provider.get_tracer("bare")
    decorated = intact.agent("bench")(_same)

    def bare(context: dict[str, object]) -> dict[str, object]:
        with tracer.start_as_current_span("invoke_agent bench"):
            return _same(context)

    for size, label, must, aim in ((1_000, "1 KB", 3, 2), (50_000, "50 KB", 10, 6)):
        seen = state(size)
        yield _row(
            f"decorator {label}, state seen before", must, aim, decorated, bare, repeat(seen)
        )
    for size, label, must, aim in ((1_000, "1 KB", 9, 5), (50_000, "50 KB", 60, 25)):
        yield _row(f"decorator {label}, one new message", must, aim, decorated, bare, growing(size))
    switch.on = False
    yield _row("decorator 50 KB, not sampled", 1.15, 1.05, decorated, bare, repeat(state(50_000)))
    provider.shutdown()


def _row(
    name: str,
    must: float,
    aim: float,
    decorated: Callable[[dict[str, object]], object],
    bare: Callable[[dict[str, object]], object],
    states: Iterator[dict[str, object]],
) -> Row:
    """Both sides get the same states; making them is not timed."""
    calls = 50
    batch: list[dict[str, object]] = []
    ours: Iterator[dict[str, object]] = iter(())
    theirs: Iterator[dict[str, object]] = iter(())

    def prepare() -> None:
        nonlocal ours, theirs
        batch[:] = [next(states) for _ in range(calls)]
        ours, theirs = iter(batch), iter(batch)

    last = next(states)
    pair = compare(
        lambda: decorated(next(ours, last)),
        lambda: bare(next(theirs, last)),
        rounds=11,
        calls=calls,
        prepare=prepare,
    )
    return Row(
        name,
        pair.ratio,
        "x",
        must,
        aim,
        "over a bare span; input and output fingerprinted",
        microseconds(pair.ours),
        microseconds(pair.against),
    )
