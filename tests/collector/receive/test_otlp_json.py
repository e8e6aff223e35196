"""OTLP/JSON becomes the same objects as protobuf, and what is wrong is named without its value."""

import base64
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact_collector.receive.decode import decode_logs, decode_traces
from intact_collector.receive.refusal import Reason, Refused
from intact_collector.receive.request import Media

IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}

RANGES = {
    Field.TYPE_INT32: (-(2**31), 2**31 - 1),
    Field.TYPE_ENUM: (-(2**31), 2**31 - 1),
    Field.TYPE_UINT32: (0, 2**32 - 1),
    Field.TYPE_FIXED32: (0, 2**32 - 1),
    Field.TYPE_INT64: (-(2**63), 2**63 - 1),
    Field.TYPE_FIXED64: (0, 2**64 - 1),
}


def scalars(field: Field) -> st.SearchStrategy[Any]:
    if field.name in IDS:
        return st.binary(min_size=IDS[field.name], max_size=IDS[field.name])
    if field.type == Field.TYPE_BYTES:
        return st.binary(max_size=20)
    if field.type == Field.TYPE_STRING:
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    if field.type == Field.TYPE_BOOL:
        return st.booleans()
    if field.type == Field.TYPE_DOUBLE:
        return st.floats(allow_nan=False)  # NaN is unequal to itself: tested by hand below
    return st.integers(*RANGES[field.type])


@st.composite
def messages(draw: st.DrawFn, kind: type[Message], depth: int = 10) -> Message:
    """Any message of this kind, every field of every type filled or not."""
    message: Any = kind()
    for field in kind.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        repeated = field.default_value == []
        if field.message_type is None:
            values = scalars(field)
            if repeated:
                getattr(message, field.name).extend(draw(st.lists(values, max_size=2)))
            else:
                setattr(message, field.name, draw(values))
        elif depth:
            inner = messages(field.message_type._concrete_class, depth - 1)
            if repeated:
                getattr(message, field.name).extend(draw(st.lists(inner, max_size=2)))
            else:
                getattr(message, field.name).CopyFrom(draw(inner))
    return message


@st.composite
def renderings(draw: st.DrawFn, message: Any) -> dict[str, Any]:
    """One of the many ways in which OTLP/JSON may write a message."""
    document: dict[str, Any] = {}
    for field in draw(st.permutations(list(message.DESCRIPTOR.fields))):
        repeated = field.default_value == []
        value = getattr(message, field.name)
        present = bool(value) if repeated else any(field == f for f, _ in message.ListFields())
        if not present:
            if draw(st.booleans()):
                document[field.json_name] = None
            continue
        if field.message_type is not None:
            written = (
                [draw(renderings(item)) for item in value] if repeated else draw(renderings(value))
            )
        elif repeated:
            written = [draw(scalar_renderings(field, item)) for item in value]
        else:
            written = draw(scalar_renderings(field, value))
        document[field.json_name] = written
    if draw(st.booleans()):
        document["somethingNewer"] = {"trace_id": [1, {"deep": None}]}
    return document


def scalar_renderings(field: Field, value: Any) -> st.SearchStrategy[Any]:
    if field.name in IDS:
        return st.sampled_from([value.hex(), value.hex().upper()])
    if field.type == Field.TYPE_BYTES:
        text = base64.b64encode(value).decode()
        urlsafe = base64.urlsafe_b64encode(value).decode()
        return st.sampled_from([text, text.rstrip("="), urlsafe])
    if field.type == Field.TYPE_DOUBLE and math.isinf(value):
        return st.just("Infinity" if value > 0 else "-Infinity")
    if field.type in (Field.TYPE_STRING, Field.TYPE_BOOL, Field.TYPE_ENUM, Field.TYPE_DOUBLE):
        return st.just(value)
    return st.sampled_from([value, str(value)])


@given(st.data(), messages(ExportTraceServiceRequest))
@settings(max_examples=60, deadline=None)
def test_any_trace_request_is_the_same_in_both_encodings(
    data: st.DataObject, request: ExportTraceServiceRequest
) -> None:
    """Whatever the spelling: key order, null or missing, numbers as strings, case of ids."""
    document = data.draw(renderings(request))
    from_json = decode_traces(json.dumps(document).encode(), Media.JSON)
    assert from_json == decode_traces(request.SerializeToString(), Media.PROTOBUF)


@given(st.data(), messages(ExportLogsServiceRequest))
@settings(max_examples=40, deadline=None)
def test_any_log_request_is_the_same_in_both_encodings(
    data: st.DataObject, request: ExportLogsServiceRequest
) -> None:
    """The same for logs."""
    document = data.draw(renderings(request))
    from_json = decode_logs(json.dumps(document).encode(), Media.JSON)
    assert from_json == decode_logs(request.SerializeToString(), Media.PROTOBUF)


@given(messages(ExportTraceServiceRequest))
@settings(max_examples=40, deadline=None)
def test_protobufs_own_mapping_agrees_where_the_rules_are_the_same(
    request: ExportTraceServiceRequest,
) -> None:
    """Ids apart (hex here, base64 there), the official but slow mapping is an oracle."""
    document = json_format.MessageToDict(request, use_integers_for_enums=True)
    expected = json_format.ParseDict(document, ExportTraceServiceRequest())
    hex_ids(document)
    assert decode_traces(json.dumps(document).encode(), Media.JSON) == expected


def hex_ids(document: Any) -> None:
    if isinstance(document, list):
        for item in document:
            hex_ids(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in ("traceId", "spanId", "parentSpanId"):
                document[name] = base64.b64decode(value).hex()
            else:
                hex_ids(value)


def span(**fields: Any) -> dict[str, Any]:
    return {"resourceSpans": [{"scopeSpans": [{"spans": [fields]}]}]}


def attribute(value: Any) -> dict[str, Any]:
    return span(attributes=[{"key": "k", "value": value}])


def decoded(document: Any) -> Any:
    return decode_traces(json.dumps(document).encode(), Media.JSON)


def only_span(document: Any) -> Any:
    return decoded(document).resource_spans[0].scope_spans[0].spans[0]


def why(document: Any) -> str:
    with pytest.raises(Refused) as caught:
        decoded(document)
    assert caught.value.refusal.reason is Reason.MALFORMED
    return caught.value.refusal.message


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_doubles_beyond_json_are_strings(written: str) -> None:
    """As protobuf writes them."""
    value = only_span(attribute({"doubleValue": written})).attributes[0].value.double_value
    assert value == float(written) or (math.isnan(value) and written == "NaN")


def test_times_beyond_2_to_the_53_are_exact() -> None:
    """As string and as number: nanoseconds do not fit into a double."""
    exact = 1795212695271049985
    for written in (exact, str(exact)):
        assert only_span(span(startTimeUnixNano=written)).start_time_unix_nano == exact


def test_names_in_snake_case_are_unknown_and_ignored() -> None:
    """OTLP/JSON has lowerCamelCase only."""
    assert only_span(span(trace_id="00" * 16, name="a")).trace_id == b""


def test_an_empty_list_is_still_a_list() -> None:
    """A member of a oneof is chosen by being there."""
    value = only_span(attribute({"arrayValue": {}})).attributes[0].value
    assert value.WhichOneof("value") == "array_value"


def test_base64_ids_are_refused_with_a_hint() -> None:
    """The most frequent mistake of home-made exporters."""
    for name, size in (("traceId", 16), ("spanId", 8), ("parentSpanId", 8)):
        message = why(span(**{name: base64.b64encode(b"\xfa" * size).decode()}))
        assert name in message
        assert "base64" in message


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (span(traceId="0123 4567"), "traceId"),
        (span(traceId="xyz"), "traceId"),
        (span(traceId=7), "traceId"),
        (span(spanId="abc"), "spanId"),
        (span(kind="SPAN_KIND_SERVER"), "kind"),
        (span(kind=2**31), "kind"),
        (span(name=5), "name"),
        (span(startTimeUnixNano=-1), "startTimeUnixNano"),
        (span(startTimeUnixNano=1.5), "startTimeUnixNano"),
        (span(startTimeUnixNano="1_000"), "startTimeUnixNano"),
        (span(startTimeUnixNano=True), "startTimeUnixNano"),
        (span(startTimeUnixNano="9" * 5000), "startTimeUnixNano"),
        (span(droppedAttributesCount=2**32), "droppedAttributesCount"),
        (span(attributes={"key": "k"}), "attributes"),
        (span(attributes=["k"]), "attributes"),
        (span(attributes=[None]), "attributes"),
        (span(status=[]), "status"),
        (attribute({"intValue": str(2**63)}), "intValue"),
        (attribute({"intValue": "²"}), "intValue"),
        (attribute({"boolValue": "true"}), "boolValue"),
        (attribute({"doubleValue": "1_0"}), "doubleValue"),
        (attribute({"doubleValue": "nan"}), "doubleValue"),
        (attribute({"bytesValue": "a"}), "bytesValue"),
        (attribute({"bytesValue": "ö"}), "bytesValue"),
        (attribute({"arrayValue": {"values": "secret"}}), "values"),
        ({"resourceSpans": "secret"}, "resourceSpans"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(document: Any, field: str) -> None:
    """The field is named, so that the sender finds its bug; the value never is."""
    message = why(document)
    assert message.startswith(field)
    assert "secret" not in message


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b'"text"', b"null", b'{"a":NaN}'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    """An empty body too: JSON has no empty document."""
    with pytest.raises(Refused):
        decode_traces(body, Media.JSON)


def test_text_that_is_no_utf_8_is_refused_without_quoting_it() -> None:
    """Neither the message nor the chain of exceptions holds the body."""
    with pytest.raises(Refused) as caught:
        decode_traces(b'{"secret": "\xff"}', Media.JSON)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def lists(depth: int) -> dict[str, Any]:
    """Lists in lists; each one is two messages."""
    value: dict[str, Any] = {"intValue": 1}
    for _ in range(depth):
        value = {"arrayValue": {"values": [value]}}
    return value


def on_resource(value: Any) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": [{"key": "k", "value": value}]}}]}


# An attribute of a span lies one message deeper than one of a resource: with both, even and odd
# depths are seen.
@pytest.mark.parametrize("place", [attribute, on_resource])
def test_json_and_protobuf_stop_at_the_same_depth(place: Callable[[Any], Any]) -> None:
    """So that a request is taken in both encodings or in none."""
    taken = []
    for depth in range(40, 55):
        document = place(lists(depth))
        request = json_format.ParseDict(
            document, ExportTraceServiceRequest(), max_recursion_depth=500
        )
        of_json = outcome(decode_traces, json.dumps(document).encode(), Media.JSON)
        of_protobuf = outcome(decode_traces, request.SerializeToString(), Media.PROTOBUF)
        assert of_json is of_protobuf
        taken.append(of_json is None)
    assert taken == sorted(taken, reverse=True)
    assert taken[0]
    assert not taken[-1]


@pytest.mark.parametrize("depth", [200, 10_000, 200_000])
def test_a_depth_bomb_is_an_error_and_no_recursion_error(depth: int) -> None:
    """In a known field as in an unknown one."""
    value = b'{"arrayValue":{"values":[' * depth + b"{}" + b"]}}" * depth
    known = b'{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":' + value + b"}]}}]}"
    unknown = b'{"other":' + b"[" * 2 * depth + b"]" * 2 * depth + b"}"
    with pytest.raises(Refused):
        decode_traces(known, Media.JSON)
    if depth > 1000:
        with pytest.raises(Refused):
            decode_traces(unknown, Media.JSON)


def outcome(decode: Callable[[bytes, Media], object], body: bytes, media: Media) -> Reason | None:
    """The reason of a refusal; None when the body was decoded."""
    try:
        decode(body, media)
    except Refused as refused:
        return refused.refusal.reason
    return None


@given(st.binary(max_size=200), st.sampled_from(Media))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_decoded_or_refused(body: bytes, media: Media) -> None:
    """Nothing else is ever raised."""
    for decode in (decode_traces, decode_logs):
        assert outcome(decode, body, media) in (None, Reason.MALFORMED)


NAMES = (
    *("resourceSpans", "scopeSpans", "spans", "attributes", "value", "traceId"),
    *("intValue", "arrayValue", "values", "bytesValue", "resource", "kind"),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
@settings(max_examples=200, deadline=None)
def test_any_json_is_decoded_or_refused(document: Any) -> None:
    """Right names with wrong values at any level."""
    body = json.dumps(document).encode()
    assert outcome(decode_traces, body, Media.JSON) in (None, Reason.MALFORMED)
