"""What an agent span weighs while its session is open, beside the fingerprints that it carries.

In: journeys of two turns and one handoff, as the library sends them.  Counted is what Python
allocated and still holds after the pipeline took them in; what was given is the size of their
fingerprints on the wire.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator

from benchmarks.speed.harness import Effort, Row
from benchmarks.speed.states import KEY
from benchmarks.speed.traffic import fresh, journey, own
from intact.codec.packed import forget
from intact.fingerprint import Fingerprinter
from intact_collector import pipeline
from intact_collector.hosts.intake import reduced_spans
from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media

_JOURNEYS = 200
_NOW = 1_000.0
_SIZE = ".size"


def rows(effort: Effort) -> Iterator[Row]:
    """Right after spans arrived, and once their handoffs settled."""
    requests, spans, carried = _requests(effort.calls(_JOURNEYS))
    fingerprinter = Fingerprinter(KEY)
    tracemalloc.start()
    try:
        before = _held()
        state = pipeline.State()
        for request in requests:
            taken = reduced_spans(decode_traces(request, Media.PROTOBUF), fingerprinter, Counter())
            state, _ = pipeline.step(state, taken, _NOW)
            del taken
        yield _row("just arrived", (_held() - before) / spans, carried / spans)
        settle = pipeline.Settings().settle
        for number in range(1, 4):
            state, _ = pipeline.step(state, (), _NOW + number * settle)
        yield _row("settled", (_held() - before) / spans, carried / spans)
    finally:
        tracemalloc.stop()


def _requests(journeys: int) -> tuple[list[bytes], int, int]:
    """Requests, the spans in them, and the bytes of their fingerprints."""
    requests, spans, carried = [], 0, 0
    for number in range(journeys):
        told = journey(number)
        requests.append(fresh(own(*told).SerializeToString(), number))
        spans += len(told)
        carried += sum(
            one.value.int_value
            for span in told
            for one in span.attributes
            if one.key.endswith(_SIZE)
        )
    return requests, spans, carried


def _held() -> int:
    forget()  # a cache of a fixed size, and no span's
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _row(when: str, total: float, carried: float) -> Row:
    return Row(
        f"memory per buffered agent span, {when}",
        total - carried,
        "B",
        500,
        300,
        "allocated beyond its fingerprint bytes; journeys of 2 turns and 1 handoff",
        f"{total:,.0f} B in all",
        f"{carried:,.0f} B of fingerprints",
    )
