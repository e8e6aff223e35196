"""Counters: names, rows and the table that documents them; and limits that make sense."""

import re

import pytest

from intact.errors import ConfigError
from intact_collector.receive.admission import Admission
from intact_collector.receive.counters import SPECS, Counter, Counters
from intact_collector.receive.limits import Limits
from intact_collector.receive.refusal import STATUS, Reason, Refused
from intact_collector.receive.request import Signal, Transport


def test_every_counter_is_documented_once() -> None:
    """One table, from which documentation and exports come."""
    assert sorted(spec.name for spec in SPECS) == sorted(counter.value for counter in Counter)
    for spec in SPECS:
        assert re.fullmatch(r"intact\.collector\.receiver_[a-z_]+", spec.name)
        assert re.fullmatch(r"\{[a-z]+\}", spec.unit)


def test_every_reason_has_its_statuses() -> None:
    """Of gRPC and of HTTP; no reason is a success."""
    assert set(STATUS) == set(Reason)
    assert all(400 <= http < 600 for _, http in STATUS.values())


def test_rows_are_sums_by_transport_signal_and_reason() -> None:
    """Attributes are sorted; a count of nothing makes no row."""
    counters = Counters()
    for count in (1, 2):
        counters.add(
            Counter.REFUSED_SPANS,
            count,
            transport=Transport.GRPC,
            signal=Signal.TRACES,
            reason="invalid_id",
        )
    counters.add(Counter.REFUSED_SPANS, 5, transport=Transport.HTTP, signal=None)
    counters.add(Counter.ACCEPTED_SPANS, 0, transport=Transport.HTTP, signal=Signal.TRACES)
    assert list(counters.rows()) == [
        (
            Counter.REFUSED_SPANS,
            (("reason", "invalid_id"), ("signal", "traces"), ("transport", "grpc")),
            3,
        ),
        (Counter.REFUSED_SPANS, (("transport", "http"),), 5),
    ]
    assert counters.total(Counter.REFUSED_SPANS) == 8
    assert counters.total(Counter.REFUSED_SPANS, transport="grpc") == 3


def test_wrong_limits_are_all_named_at_once() -> None:
    """With what would be right."""
    with pytest.raises(ConfigError) as caught:
        Limits(max_requests=0, body_seconds=-1, max_bytes_in_flight=1)
    for name in ("max_requests", "body_seconds", "max_bytes_in_flight"):
        assert name in str(caught.value)


def test_a_ticket_gives_back_what_it_took_once() -> None:
    """Also when it could not grow, and when it is closed twice."""
    admission = Admission(Limits(max_request_bytes=50, max_bytes_in_flight=100, max_requests=2))
    first = admission.enter(60)
    with pytest.raises(Refused):
        admission.enter(41)
    assert (admission.requests, admission.size) == (1, 60)
    second = admission.enter()
    with pytest.raises(Refused):
        second.grow(41)
    second.grow(40)
    with pytest.raises(Refused):
        admission.enter()
    for ticket in (first, first, second):
        ticket.close()
    assert (admission.requests, admission.size) == (0, 0)
