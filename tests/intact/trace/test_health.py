"""Nothing that fails in the library reaches the agent, and nothing that fails is silent."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import NoOpTracerProvider

import intact
from intact.codec import attributes as names
from intact.codec.wire import from_attribute
from intact.errors import CutError
from intact.fingerprint import Fingerprinter
from intact.trace import health
from intact.trace.runtime import runtime
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans

STATE = {"order": {"id": "A-1042"}, "card": "4111 1111"}


@intact.agent("triage")
def triage(state: object) -> object:
    intact.must_keep("order.id")
    intact.pruned("card")
    intact.outcome("resolved")
    with intact.handoff("billing", state) as handoff:
        handoff.headers()
        return billing(state)


@intact.agent("billing")
def billing(state: object) -> object:
    intact.output(state)
    return state


@pytest.fixture
def _poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    def poison(*_: Any, **__: Any) -> None:
        raise RuntimeError("card 4111 1111")

    monkeypatch.setattr(Fingerprinter, "fingerprint", poison)


@pytest.mark.usefixtures("_poisoned")
def test_a_poisoned_fingerprinter_reaches_no_agent(
    spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    """The agent returns its value, the turns are told without contexts, each kind warns once."""
    with intact.session("s-1"):
        assert triage(STATE) is STATE
        assert triage(STATE) is STATE
    assert len(spans.turns("triage")) == len(spans.turns("billing")) == 2
    counts = health.counts()
    # An output that was said and one that was returned are two on the spot, and one later on.
    assert counts.pop("output") in (6, 4)
    assert counts == {"received": 4, "sent": 2}
    assert len(caplog.records) == 3
    assert "RuntimeError" in caplog.text
    assert "4111" not in caplog.text


def test_a_broken_provider_reaches_no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even a tracer is needed for the agent to run."""

    class Broken(NoOpTracerProvider):
        def get_tracer(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError

    intact.configure(key=KEY, tracer_provider=Broken())
    assert triage(STATE) is STATE
    with intact.received(STATE, {"baggage": "intact.handoff.id=h-1"}):
        assert billing(STATE) is STATE
    assert health.counts()["begin"] == 3


@pytest.mark.parametrize("provider", [NoOpTracerProvider(), TracerProvider(sampler=ALWAYS_OFF)])
@pytest.mark.usefixtures("_poisoned")
def test_what_is_not_recorded_is_not_walked(provider: Any) -> None:
    """No fingerprint is made for a span that nobody will see."""
    intact.configure(key=KEY, tracer_provider=provider)
    with intact.session("s-1"):
        assert triage(STATE) is STATE
        with intact.received(STATE, {"baggage": "intact.handoff.id=h-1"}):
            assert billing(STATE) is STATE
    assert health.counts() == {}


def test_disabled_makes_no_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """Agents run bare, blocks are empty, no key is looked for."""
    provider = TracerProvider()
    spans = Spans(provider)
    intact.configure(disabled=True, tracer_provider=provider)
    with intact.session("s-1"), intact.handoff("billing", STATE) as handoff:
        assert handoff.headers() == {}
        assert triage(STATE) is STATE
        with intact.received(STATE, {"baggage": "intact.handoff.id=h-1"}):
            billing(STATE)
    assert spans.all() == []
    assert health.counts() == {}
    assert runtime()._fingerprinters is None


def test_a_length_limit_cuts_visibly() -> None:
    """The size beside the text says that it is not whole: it is never compared."""
    provider = TracerProvider(span_limits=SpanLimits(max_span_attribute_length=50))
    spans = Spans(provider)
    intact.configure(key=KEY, tracer_provider=provider)
    billing(STATE)
    attributes = spans.turn("billing").attributes
    text = attributes[names.CONTEXT_RECEIVED]
    assert len(text) == 50
    with pytest.raises(CutError):
        from_attribute(text, attributes["intact.context.received.size"])


def test_a_count_limit_drops_what_was_set_first() -> None:
    """Fingerprints are set last, so they stay."""
    provider = TracerProvider(span_limits=SpanLimits(max_span_attributes=5))
    spans = Spans(provider)
    intact.configure(key=KEY, tracer_provider=provider)
    with intact.session("s-1", journey="refund"):
        billing(STATE)
    (span,) = spans.all()
    assert span.attributes.keys() >= {
        names.CONTEXT_RECEIVED,
        names.CONTEXT_OUTPUT,
        names.size_of(names.CONTEXT_RECEIVED),
        names.size_of(names.CONTEXT_OUTPUT),
    }


def test_nothing_of_the_users_is_held(spans: Spans) -> None:
    """After the call the context is the user's alone, though the session remembers the turn."""

    class State(dict[str, object]):
        pass

    with intact.session("s-1"):
        state = State(id="A-1042")
        gone = weakref.ref(state)
        billing(state)
        with intact.handoff("shipping", state), intact.received(state):
            pass
        del state
        gc.collect()
        assert gone() is None


def test_no_value_leaves_the_process(spans: Spans) -> None:
    """Names of facts do, values never, in no attribute of any span."""
    with intact.session():
        triage(STATE)
    told = repr([(span.name, dict(span.attributes), span.events) for span in spans.all()])
    assert "A-1042" not in told
    assert "4111" not in told
    assert len(spans.all()) == 5
