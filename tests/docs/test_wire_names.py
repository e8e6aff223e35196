"""The page on wire names says what is sent, all of it, and nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

import intact
from intact.codec import attributes as names
from intact.model.facts import Outcome
from intact.model.measurement import Measurement, Mode, Reason, Verdict
from intact.trace.runtime import reset
from intact_collector.analytics import events as evaluation
from intact_collector.analytics.metrics import METRICS, increments
from intact_collector.analytics.spelling import LONGEST
from intact_collector.analytics.totals import LIMIT
from intact_collector.hosts import own
from intact_collector.hosts.live import SPECS
from intact_collector.model.metric import Instrument, MetricSpec
from intact_collector.receive.counters import Counter
from intact_collector.receive.refusal import STATUS
from intact_collector.receive.request import Signal, Transport
from tests.collector.effects import closed, handoff, lost_fact, measured, settled, unmeasured
from tests.docs.pages import ROOT, code, codes, table, text_of

PAGE = text_of("reference/wire-names.md")
WIRE_NAME = re.compile(r"(intact|gen_ai|session|error|log|otel)(\.[a-z_]+)+")
TYPES = {str: "string", int: "int", float: "double", bool: "boolean"}
HANDOFF_METRICS = {name for name in METRICS if name.startswith("intact.handoff")}


def constants() -> set[str]:
    """Every name in the table of the codec."""
    values = {
        value
        for name, value in vars(names).items()
        if isinstance(value, str) and not name.startswith("_")
    }
    sides = (names.CONTEXT_RECEIVED, names.CONTEXT_SENT, names.CONTEXT_OUTPUT)
    return {value for value in values if WIRE_NAME.fullmatch(value)} | set(
        map(names.size_of, sides)
    )


def test_the_page_has_every_name_and_no_other() -> None:
    """Attributes, metrics, events: what is written in back ticks is in the code, and vice versa."""
    on_page = {token for token in codes(PAGE) if WIRE_NAME.fullmatch(token)}
    gauges = {own.OPEN_TRACES, own.QUEUED_BYTES}
    evaluations = {evaluation.HANDOFF_RETENTION, evaluation.SESSION_RETENTION}
    assert on_page == constants() | set(METRICS) | set(SPECS) | gauges | evaluations


# Spans


def kind_of(span: ReadableSpan) -> str:
    """Which column of the table a span belongs to, by the page's own words."""
    if span.name.startswith("invoke_agent "):
        return "turn"
    if span.name.startswith("context "):
        return "context"
    assert span.name == "handoff" or span.name.startswith("handoff ")
    return "arrival" if names.CONTEXT_RECEIVED in span.attributes else "departure"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[ReadableSpan], str]]:
    """The spans, and the baggage, of a program that uses everything there is."""
    reset()
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    key_file: Path = tmp_path_factory.mktemp("key") / "key"
    intact.configure(key_file=key_file, tracer_provider=provider)
    carried: dict[str, str] = {}
    order = {"order": {"id": "A-1042"}, "note": "the lamp arrived broken"}

    @intact.agent("clerk", id="clerk-1", version="1.4", must_keep=["order.id"])
    def clerk(context: dict) -> dict:
        intact.pruned("note", reason="privacy")
        intact.outcome("resolved", score=0.9)
        checker(context)
        with intact.handoff("shipping", context) as handoff:
            carried.update(handoff.headers())
        return {"order": context["order"]}

    @intact.agent("checker")
    def checker(context: dict) -> str:
        return "fine"

    @intact.agent("billing")
    def billing(context: dict) -> dict:
        raise RuntimeError("content that must not leave")

    @intact.agent("shipping")
    def shipping(context: dict) -> str:
        return "done"

    with intact.session("journey-42", journey="refund"):
        passed = clerk(order)
        with pytest.raises(RuntimeError):
            billing(passed)
        with intact.handoff("billing", passed):
            pass
    with intact.received(passed, carried):
        shipping(passed)
    shipping(order)  # in no session
    yield list(exporter.get_finished_spans()), carried["baggage"]
    reset()


def test_spans_carry_what_the_table_says_and_nothing_else(
    sent: tuple[list[ReadableSpan], str],
) -> None:
    """`always` is on all spans of a kind, `may` on some, blank on none; types are as written."""
    spans: dict[str, list[ReadableSpan]] = defaultdict(list)
    for span in sent[0]:
        spans[kind_of(span)].append(span)
    rows = table(PAGE, "Attributes of spans").rows
    documented = {code(row["attribute"]) for row in rows}
    for kind in ("turn", "arrival", "departure", "context"):
        assert {name for span in spans[kind] for name in span.attributes} <= documented
        for row in rows:
            name = code(row["attribute"])
            values = [span.attributes[name] for span in spans[kind] if name in span.attributes]
            said = {"always": len(values) == len(spans[kind]), "may": bool(values), "": not values}
            assert said[row[kind]], f"{name} on {kind}"
            assert {TYPES[type(value)] for value in values} <= {row["type"]}, name


def test_spans_have_the_kind_and_the_status_of_the_page(
    sent: tuple[list[ReadableSpan], str],
) -> None:
    """No events, and no message of an exception."""
    for span in sent[0]:
        assert span.kind is SpanKind.INTERNAL
        assert not span.events
        assert not span.status.description
        assert span.instrumentation_scope is not None
        assert span.instrumentation_scope.name == names.SCOPE == "intact"


def test_baggage_has_the_members_of_the_page(sent: tuple[list[ReadableSpan], str]) -> None:
    """What another process is told."""
    members = {unquote(member.partition("=")[0]) for member in sent[1].split(",")}
    rows = [row for row in table(PAGE, "Baggage").rows if "strict privacy" not in row["holds"]]
    assert members == {code(row["member"]) for row in rows}


# Metrics


@pytest.mark.parametrize("spec", [*METRICS.values(), *SPECS.values()], ids=lambda spec: spec.name)
def test_each_metric_stands_there_with_instrument_unit_and_words(spec: MetricSpec) -> None:
    """Once, in the table of its section."""
    section = "Metrics" if spec.name in METRICS else "The collector about itself"
    rows = table(PAGE, section, "instrument").rows
    (row,) = [row for row in rows if code(row["metric"]) == spec.name]
    assert row["instrument"] == spec.instrument.value
    assert code(row["unit"]) == spec.unit
    assert row["what it says"] == spec.description


def test_bounds_are_those_of_the_table() -> None:
    """Of every histogram, and of nothing else."""
    rows = table(PAGE, "Metrics", "upper bounds of its buckets").rows
    found = {
        code(row["metric"]): [float(bound) for bound in row["upper bounds of its buckets"].split()]
        for row in rows
    }
    histograms = [one for one in METRICS.values() if one.instrument is Instrument.HISTOGRAM]
    assert found == {one.name: list(one.bounds) for one in histograms}


def test_metrics_have_the_attributes_of_the_page() -> None:
    """Of a handoff and a session of which everything is known."""
    written: dict[str, set[str]] = defaultdict(set)
    for effect in (settled(), closed()):
        for one in increments(effect):
            written[one.metric] |= {name for name, _ in one.attributes}
    documented: dict[str, set[str]] = {name: set() for name in METRICS}
    for row in table(PAGE, "Attributes of metrics").rows:
        name = code(row["attribute"])
        places = {"handoff metrics": HANDOFF_METRICS, "all": set(METRICS), "any": set()}
        for metric in places[row["on"]] if row["on"] in places else codes(row["on"]):
            documented[metric].add(name)
    assert written == documented
    assert f"cut at {LONGEST} characters" in PAGE
    assert f"at most {LIMIT:,}\nseries" in PAGE


@pytest.mark.parametrize(
    ("attribute", "values"),
    [("intact.handoff.mode", Mode), ("intact.verdict", Verdict)],
)
def test_values_of_an_attribute_are_all_there(attribute: str, values: type[Mode | Verdict]) -> None:
    """Whoever draws a dashboard needs to know them."""
    rows = table(PAGE, "Attributes of metrics").rows
    (row,) = [row for row in rows if code(row["attribute"]) == attribute]
    assert codes(row["holds"]) == [value.value for value in values]


# Events


def test_events_carry_what_the_table_says_and_nothing_else() -> None:
    """Of handoffs and sessions of which everything, or as little as possible, is known."""
    lossy = measured(0.8, Verdict.LOST, {Outcome.DROPPED: 1}, (lost_fact("refund_by"),))
    blind = unmeasured(Reason.CONTENT_OFF)
    effects = {
        "handoff": [
            settled(1, lossy, conversation_id="c-9"),
            settled(2, Measurement(Verdict.INTACT), journey=None, service=None),
            settled(3, blind, service_version=None),
        ],
        "session": [
            closed(1, handoffs=(handoff(1, lossy),)),
            closed(2, retention=None, journey=None),
        ],
    }
    rows = table(PAGE, "Events").rows
    for kind, of_kind in effects.items():
        written = [
            # What the exporter adds to each record beside the attributes of the event.
            {**event.attributes, names.LOG_RECORD_UID: event.id}
            for effect in of_kind
            for event in evaluation.events(effect, "1.0")
        ]
        assert len(written) == len(of_kind)
        assert {name for one in written for name in one} <= {code(row["attribute"]) for row in rows}
        for row in rows:
            name = code(row["attribute"])
            values = [one[name] for one in written if name in one]
            if row[kind] == "":
                assert not values, f"{name} on {kind}"
            elif row[kind] == "always":
                assert len(values) == len(written), f"{name} on {kind}"
            assert {TYPES[type(value)] for value in values} <= {row["type"]}, name
    score = [names.EVALUATION_SCORE in event.attributes for event in evaluation.events(
        settled(4, blind), "1.0"
    )]  # fmt: skip
    assert score == [False]


# The collector about itself


def test_reasons_of_requests_are_those_of_the_table_of_refusals() -> None:
    """Each with both of its statuses."""
    rows = table(PAGE, "Reasons of requests").rows
    found = {code(row["reason"]): (code(row["gRPC"]), int(row["HTTP"])) for row in rows}
    assert found == {reason.value: (grpc.name, http) for reason, (grpc, http) in STATUS.items()}


def test_words_of_transport_and_signal_are_those_of_the_code() -> None:
    """They are the values of attributes."""
    section = PAGE.partition("## The collector about itself")[2].partition("### ")[0]
    for word in (*Transport, *Signal):
        assert f"`{word.value}`" in section


def test_reasons_inside_are_words_of_the_code() -> None:
    """A reason that nobody writes any more would be looked for in vain."""
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "collector" / "intact_collector").rglob("*.py"))
    )
    rows = table(PAGE, "Reasons inside").rows
    assert {code(row["metric"]) for row in rows} == {spec.name for spec in own.TABLE}
    for row in rows:
        assert f'"{code(row["reason"])}"' in sources, row["reason"]
    assert '"invalid_id"' in sources


#: How the code names a reason as it counts.
COUNTED = re.compile(
    r"""(?:discard|_tally|_failed)\("(\w+)"|(?:_counters|refused)\["(\w+)"\]|own\.\w+, \{"(\w+)":"""
)


def test_reasons_that_the_code_counts_are_on_the_page() -> None:
    """Whoever adds one says here what it means."""
    rooms = ROOT / "collector" / "intact_collector"
    places = [rooms / "pipeline.py", *(rooms / "sessions").glob("*.py"),
              *(rooms / "store").glob("*.py"), *(rooms / "hosts").glob("*.py")]  # fmt: skip
    found = {
        next(filter(None, match))
        for path in places
        for match in COUNTED.findall(path.read_text(encoding="utf-8"))
    }
    documented = {code(row["reason"]) for row in table(PAGE, "Reasons inside").rows}
    assert len(found) > 8
    assert found <= documented


def test_receivers_count_with_the_attributes_of_the_page() -> None:
    """Transport and signal stand on every row; outcome and reason where the table says."""
    rows = table(PAGE, "The collector about itself", "instrument").rows
    by_name = {code(row["metric"]): set(codes(row["attributes"])) for row in rows}
    assert {counter.value for counter in Counter} == {
        name for name, found in by_name.items() if {"transport", "signal"} <= found
    }
    assert all(by_name[spec.name] == {"reason"} for spec in own.TABLE)
