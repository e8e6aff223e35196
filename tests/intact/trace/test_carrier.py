"""Headers of every shape carry the same; what is none is ignored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import baggage
from opentelemetry.context import Context
from opentelemetry.trace import get_current_span

import intact
from intact.codec import attributes as names
from intact.trace import health
from intact.trace.carrier import read_from
from tests.intact.trace.recorded import Spans

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MEMBERS = "intact.session.id=user%20journey,intact.handoff.id=h-1"


class Message:
    """Headers that are no mapping, as `email.message` and some queues have them."""

    def items(self) -> list[tuple[str, str]]:
        return [("Traceparent", PARENT), ("Baggage", MEMBERS)]


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": PARENT, "baggage": MEMBERS, "accept": "*/*"},
        {"TraceParent": PARENT, "BAGGAGE": MEMBERS},
        {"traceparent": [PARENT], "baggage": (MEMBERS, "rest")},
        [(b"traceparent", PARENT.encode()), (b"baggage", MEMBERS.encode())],
        [("traceparent", PARENT), *(("baggage", member) for member in MEMBERS.split(","))],
        {"HTTP_TRACEPARENT": PARENT, "HTTP_BAGGAGE": MEMBERS, "wsgi.input": object()},
        {"traceparent": PARENT, "baggage": MEMBERS, "progressToken": 7},
        Message(),
    ],
)
def test_headers_of_every_shape_are_read(headers: Any) -> None:
    """Mappings in any case, lists of pairs as ASGI and Kafka have, WSGI, MCP, messages."""
    ctx = read_from(headers, Context())
    assert ctx is not None
    assert get_current_span(ctx).get_span_context().span_id == 0xB7AD6B7169203331
    assert baggage.get_baggage(names.INTACT_SESSION_ID, ctx) == "user journey"
    assert baggage.get_baggage(names.HANDOFF_ID, ctx) == "h-1"
    assert health.counts() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"traceparent": "00-zz-zz-01"},
        {"traceparent": PARENT[:20]},
        {"baggage": "no member at all; \x07"},
        {"baggage": "a=b," + "x" * 9000},
        {"traceparent": PARENT, "baggage": "card number 4111"},
        "traceparent",
        7,
        [1, 2],
        [("a", "b", "c")],
    ],
)
def test_garbage_is_counted_and_never_logged(
    headers: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it is, nothing raises, and nothing of it stands in a log."""
    caplog.set_level("DEBUG")
    read_from(headers, Context())
    assert health.counts() == {"headers_unreadable": 1}
    assert all(record.name == "intact" for record in caplog.records)
    assert "4111" not in caplog.text
    assert "zz" not in caplog.text


shapes = st.recursive(
    st.none() | st.integers() | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["traceparent", "baggage", "x"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(headers=shapes)
def test_nothing_that_comes_in_raises(headers: Any) -> None:
    """Any shape of data in place of headers."""
    read_from(headers, Context())


def test_a_handoff_goes_into_any_carrier(spans: Spans) -> None:
    """A message's mapping, MCP's `_meta`, or a list of pairs; other entries stay."""
    meta = {"progressToken": "7"}
    pairs: list[tuple[str, bytes]] = []
    with intact.session("user journey"), intact.handoff("billing", {"id": "A-1"}) as handoff:
        handoff.inject(meta)
        handoff.inject(pairs)
    assert meta.keys() == {"progressToken", "traceparent", "baggage"}
    assert dict(pairs) == {
        "traceparent": meta["traceparent"].encode(),
        "baggage": meta["baggage"].encode(),
    }
    ctx = read_from(meta, Context())
    assert ctx is not None
    assert baggage.get_baggage(names.INTACT_SESSION_ID, ctx) == "user journey"
    assert baggage.get_baggage(names.HANDOFF_ID, ctx) == handoff.id


def test_a_carrier_that_refuses_stops_nothing(spans: Spans) -> None:
    """It is counted, and the handoff itself has departed."""

    class Refuses(dict[str, str]):
        def __setitem__(self, key: str, value: str) -> None:
            raise RuntimeError("read-only")

    with intact.handoff("billing", {"id": "A-1"}) as handoff:
        handoff.inject(Refuses())
    assert health.counts() == {"inject": 1}
    assert len(spans.departures()) == 1
