"""The exporters that users have, sending to the real receivers."""

from collections.abc import Iterator, Sequence
from typing import Any

import grpc
import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, set_span_in_context

from intact_collector.ports import Accepted, Overloaded
from tests.collector.receive.harness import Running


def made_spans() -> Sequence[ReadableSpan]:
    """A parent and a child with a link, made by the SDK."""
    provider = TracerProvider(resource=Resource({"service.name": "support"}))
    tracer = provider.get_tracer("intact")
    parent = tracer.start_span("parent", attributes={"intact.session.id": "s"})
    child = tracer.start_span(
        "child", set_span_in_context(parent), links=[Link(parent.get_span_context())]
    )
    child.end()
    parent.end()
    provider.shutdown()
    return [s for s in (child, parent) if isinstance(s, ReadableSpan)]


@pytest.fixture(params=["grpc", "grpc gzip", "http", "http gzip", "http deflate"])
def exporter(running: Running, request: pytest.FixtureRequest) -> Iterator[SpanExporter]:
    transport, _, compression = request.param.partition(" ")
    made: Any
    if transport == "grpc":
        chosen = grpc.Compression.Gzip if compression else grpc.Compression.NoCompression
        made = GrpcSpans(running.grpc, insecure=True, compression=chosen)
    else:
        made = HttpSpans(
            f"{running.http}/v1/traces", compression=Compression(compression or "none")
        )
    yield made
    made.shutdown()


def test_spans_of_the_official_exporters_arrive(running: Running, exporter: SpanExporter) -> None:
    """With ids, names, links and resource as they were made."""
    made = made_spans()
    assert exporter.export(made) is SpanExportResult.SUCCESS
    [request] = running.consumer.requests
    assert [s.name for s in running.consumer.spans] == ["child", "parent"]
    child, parent = running.consumer.spans
    assert child.parent_span_id == parent.span_id == child.links[0].span_id
    assert child.trace_id == made[0].context.trace_id.to_bytes(16, "big")
    resource = request.resource_spans[0].resource.attributes
    assert ("service.name", "support") in [(a.key, a.value.string_value) for a in resource]


class BusyOnce:
    """Overloaded at first, as after a burst."""

    def __init__(self, running: Running) -> None:
        self.calls = 0
        self._recorder = running.consumer

    async def traces(self, request: Any) -> Accepted:
        self.calls += 1
        if self.calls == 1:
            raise Overloaded(1)
        return await self._recorder.traces(request)


@pytest.mark.parametrize("exporter", ["grpc", "http"], indirect=True)
def test_an_overload_is_survived_by_the_official_exporters(
    running: Running, exporter: SpanExporter
) -> None:
    """They read the wait, come again and lose nothing."""
    busy = BusyOnce(running)
    running.receiver._intake._consumer = busy  # type: ignore[assignment]
    assert exporter.export(made_spans()) is SpanExportResult.SUCCESS
    assert busy.calls == 2
    assert len(running.consumer.spans) == 2


@pytest.mark.parametrize("transport", ["grpc", "http"])
def test_logs_of_the_official_exporters_arrive(running: Running, transport: str) -> None:
    """Events with a structured body."""
    exporter: Any
    if transport == "grpc":
        exporter = GrpcLogs(running.grpc, insecure=True)
    else:
        exporter = HttpLogs(f"{running.http}/v1/logs")
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    provider.get_logger("agents").emit(LogRecord(event_name="e", body={"role": "user"}))
    provider.shutdown()
    [request] = running.consumer.requests
    record = request.resource_logs[0].scope_logs[0].log_records[0]
    assert record.event_name == "e"
    assert record.body.kvlist_value.values[0].value.string_value == "user"
