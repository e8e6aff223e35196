"""Metrics and evaluation events on their way to any OTLP backend.

In: totals and waiting events of a store. Out: OTLP over gRPC or HTTP, through the OpenTelemetry
SDK's exporters. `target` decides where to and refuses our own listeners, `otlp` translates and
sends, `loop` decides when. Nothing is sent until an endpoint is given.
"""

from intact_collector.export.loop import ExportLoop, Source
from intact_collector.export.otlp import OtlpExporter
from intact_collector.export.target import Protocol, Target, targets

__all__ = ["ExportLoop", "OtlpExporter", "Protocol", "Source", "Target", "targets"]
