"""What prompt text in foreign spans costs, against one serialisation and one hash of that text.

In: OpenInference model calls with a 10 KB prompt, as bytes of a request.  Ours is the way to a span
without content: parse, dialect, fingerprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice

from benchmarks.speed.fingerprints import floor
from benchmarks.speed.harness import Effort, Row, compare
from benchmarks.speed.states import KEY, State
from benchmarks.speed.traffic import conversation, model_call
from intact.fingerprint import Fingerprinter
from intact_collector.hosts.intake import reduced_spans
from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media

_PROMPT = 32  # messages of 300 bytes
_CONDITION = "from bytes to a span without content, over orjson + xxh3 of the prompt"
_WHAT = {
    "resent": "every message was sent before, but never these together",
    "new": "every message is new; their words are few and soon known",
}

#: One model call: the request's bytes, and the prompt in it.
_Call = tuple[bytes, Sequence[State]]


def rows(effort: Effort) -> Iterator[Row]:
    """Prompts whose text was sent before, and prompts that are new."""
    fingerprinter = Fingerprinter(KEY)

    def ours(call: _Call) -> object:
        return reduced_spans(decode_traces(call[0], Media.PROTOBUF), fingerprinter, Counter())

    def against(call: _Call) -> object:
        return floor(call[1])

    for name, must, aim, calls in (
        ("resent", 30, 10, _resent()),
        ("new", 200, 80, _new()),
    ):
        found = compare(ours, against, calls, effort, calls=10)
        size = len(b"".join(str(one["content"]).encode() for one in next(calls)[1]))
        yield Row(
            f"foreign prompt of 10 KB, {name}",
            found.ratio,
            "x",
            must,
            aim,
            f"{_CONDITION}; {_WHAT[name]}",
            f"{size / found.ours:,.1f} MB per CPU-s",
            f"{size / found.against:,.1f} MB per CPU-s",
        )


def _resent() -> Iterator[_Call]:
    """Windows of one long conversation, which is read once before."""
    messages = list(islice(conversation(seed=1), 400))
    yield _call(messages)
    for start in count():
        at = start % (len(messages) - _PROMPT)
        yield _call(messages[at : at + _PROMPT])


def _new() -> Iterator[_Call]:
    messages = conversation(seed=2)
    while True:
        yield _call(list(islice(messages, _PROMPT)))


def _call(messages: Sequence[State]) -> _Call:
    return model_call(messages).SerializeToString(), messages
