"""Totals and events as OTLP, through the exporters of the OpenTelemetry SDK.

In: cumulative `Series` and `EvaluationEvent`s. Out: requests to the backend, and whether it took
them. The SDK's exporters own the connection, TLS, headers, compression and short retries; its
metric pipeline is left out, because it could not go on counting where an earlier process stopped.

Calls block until the backend answered or the exporter gave up (10 s unless set otherwise): make
them from a thread of their own. Which of them to repeat and when is left to `loop`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeVar

from grpc import Compression
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (
    OTLPMetricExporter as GrpcMetrics,
)
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import (
    OTLPMetricExporter as HttpMetrics,
)
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics import Exemplar as SdkExemplar
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    set_span_in_context,
)

from intact.codec.attributes import EVALUATION_EVENT, LOG_RECORD_UID, SCOPE
from intact.errors import ConfigError
from intact_collector.analytics.metrics import METRICS
from intact_collector.export import environment
from intact_collector.export.target import Protocol, Target
from intact_collector.model.metric import EvaluationEvent, Exemplar, Instrument, MetricSpec, Series

_log = logging.getLogger(__name__)

_Data = TypeVar("_Data")
_Answer = TypeVar("_Answer")

#: Data points in one request: a thousand with thirteen buckets and exemplars are about 1 MB,
#: and 4 MB is where gRPC servers stop reading.
_POINTS: Final = 1000


class OtlpExporter:
    """The backend, as seen from here. Either signal may be missing; then it counts as delivered.

    Not safe to share between threads, `close` excepted.
    """

    def __init__(
        self,
        targets: Mapping[str, Target],
        *,
        instance_id: str,
        version: str,
        timeout: float | None = None,
        specs: Mapping[str, MetricSpec] = METRICS,
    ) -> None:
        """Make the exporters; nothing is sent yet.

        Args:
            targets: From `target.targets`.
            instance_id: `service.instance.id`: tells the totals of two collectors apart.
            version: `service.version`, and the version of the scope.
            timeout: Seconds for one export with its retries. None: what the environment says.
            specs: What is known of each metric; series of others are not sent.
        """
        environment.check(os.environ)
        self._specs = specs
        self._scope = InstrumentationScope(SCOPE, version)
        # `create` adds what OTEL_RESOURCE_ATTRIBUTES says; what is given here wins.
        self._resource = Resource.create(
            {
                "service.name": "intact-collector",
                "service.version": version,
                "service.instance.id": instance_id,
            }
        )
        try:
            self._metrics = _metric_exporter(targets.get("metrics"), timeout)
            self._logs = _log_exporter(targets.get("logs"), timeout)
        except Exception as error:
            # Every exporter has exceptions of its own for a variable that it cannot read.
            raise ConfigError(
                f"the exporter does not accept its settings ({error}): see OTEL_EXPORTER_OTLP_*"
            ) from error

    def metrics(self, series: Iterable[Series], time: int) -> bool:
        """Send all totals as of `time` (Unix nanoseconds); whether the backend took them."""
        if self._metrics is None:
            return True
        known = [one for one in series if one.metric in self._specs]
        parts = (known[at : at + _POINTS] for at in range(0, len(known), _POINTS))
        send, taken = self._metrics.export, MetricExportResult.SUCCESS
        return all(_answered(send, self._metrics_data(part, time)) is taken for part in parts)

    def events(self, events: Sequence[EvaluationEvent], time: int) -> bool:
        """Send events, observed at `time`; whether the backend took them."""
        if self._logs is None or not events:
            return True
        records = [
            ReadableLogRecord(
                _log_record(event, time), self._resource, instrumentation_scope=self._scope
            )
            for event in events
        ]
        return _answered(self._logs.export, records) is LogRecordExportResult.SUCCESS

    def close(self) -> None:
        """Close connections; an export that is waiting to retry gives up. From any thread."""
        for exporter in (self._metrics, self._logs):
            if exporter is not None:
                try:
                    exporter.shutdown()
                except Exception as error:  # a connection that cannot be closed is gone, too
                    _log.debug("closing an exporter failed: %s", type(error).__name__)

    def _metrics_data(self, series: Sequence[Series], time: int) -> MetricsData:
        by_metric = groupby(sorted(series, key=_name), key=_name)
        metrics = [_metric(self._specs[name], list(group), time) for name, group in by_metric]
        scope = ScopeMetrics(self._scope, metrics, "")
        return MetricsData([ResourceMetrics(self._resource, [scope], "")])


def _answered(export: Callable[[_Data], _Answer], data: _Data) -> _Answer | None:
    """What the exporter answered; None when it raised, as older ones do for a lost connection."""
    try:
        return export(data)
    except Exception as error:
        _log.error("Failed to export: %s", type(error).__name__)
        return None


def _name(series: Series) -> str:
    return series.metric


def _metric(spec: MetricSpec, series: Sequence[Series], time: int) -> Metric:
    data: Sum | Histogram
    if spec.instrument is Instrument.COUNTER:
        numbers = [_number(one, time) for one in series]
        data = Sum(numbers, AggregationTemporality.CUMULATIVE, is_monotonic=True)
    else:
        histograms = [_histogram(one, spec, time) for one in series]
        data = Histogram(histograms, AggregationTemporality.CUMULATIVE)
    return Metric(spec.name, spec.description, spec.unit, data)


def _number(series: Series, time: int) -> NumberDataPoint:
    return NumberDataPoint(
        attributes=_attributes(series),
        start_time_unix_nano=series.start,
        time_unix_nano=time,
        value=round(series.total),  # our counters count things
        exemplars=[_exemplar(one, round) for one in series.exemplars],
    )


def _histogram(series: Series, spec: MetricSpec, time: int) -> HistogramDataPoint:
    return HistogramDataPoint(
        attributes=_attributes(series),
        start_time_unix_nano=series.start,
        time_unix_nano=time,
        count=series.count,
        sum=series.total,
        bucket_counts=series.buckets,
        explicit_bounds=spec.bounds,
        min=series.low or 0.0,
        max=series.high or 0.0,
        exemplars=[_exemplar(one, float) for one in series.exemplars],
    )


def _attributes(series: Series) -> dict[str, str | bool]:
    # The one attribute that is no text: the specification wants the truth value.
    return {
        name: True if value == "true" and name.startswith("otel.") else value
        for name, value in series.attributes
    }


def _exemplar(exemplar: Exemplar, number: Callable[[float], int | float]) -> SdkExemplar:
    return SdkExemplar(
        filtered_attributes={},
        value=number(exemplar.value),
        time_unix_nano=exemplar.time,
        span_id=int.from_bytes(exemplar.span_id, "big"),
        trace_id=int.from_bytes(exemplar.trace_id, "big"),
    )


def _log_record(event: EvaluationEvent, time: int) -> LogRecord:
    span = NonRecordingSpan(
        SpanContext(
            trace_id=int.from_bytes(event.trace_id, "big"),
            span_id=int.from_bytes(event.span_id, "big"),
            is_remote=True,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
        )
    )
    return LogRecord(
        timestamp=event.time,
        observed_timestamp=time,
        context=set_span_in_context(span),
        severity_number=SeverityNumber.INFO,
        severity_text="INFO",
        body=event.body,
        attributes={**event.attributes, LOG_RECORD_UID: event.id},
        event_name=EVALUATION_EVENT,
    )


def _metric_exporter(target: Target | None, timeout: float | None) -> MetricExporter | None:
    if target is None:
        return None
    if target.protocol is Protocol.GRPC:
        compression = _grpc_compression("METRICS")
        return GrpcMetrics(endpoint=target.given, timeout=timeout, compression=compression)
    return HttpMetrics(endpoint=target.given, timeout=timeout)


def _log_exporter(target: Target | None, timeout: float | None) -> LogRecordExporter | None:
    if target is None:
        return None
    if target.protocol is Protocol.GRPC:
        compression = _grpc_compression("LOGS")
        return GrpcLogs(endpoint=target.given, timeout=timeout, compression=compression)
    return HttpLogs(endpoint=target.given, timeout=timeout)


def _grpc_compression(signal: str) -> Compression | None:
    # The gRPC exporters do not know "none", which the specification has.
    shared = os.environ.get("OTEL_EXPORTER_OTLP_COMPRESSION", "")
    named = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_COMPRESSION", shared)
    return Compression.NoCompression if named.strip().lower() == "none" else None
