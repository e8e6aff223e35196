"""`/metrics`: the totals and the collector's own counters in the Prometheus text format.

In: series as they are exported over OTLP. Out: the same numbers under the names that an OTLP
backend with a Prometheus face would give them: dots become underscores, units and `_total` are
appended. Text is written by `prometheus_client`; nothing is registered globally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from intact_collector.model.metric import Instrument, MetricSpec, Series
from intact_collector.serve.view import View

_UNITS = {"By": "_bytes", "s": "_seconds"}


def routes(view: View) -> list[Route]:
    """The route that a Prometheus server scrapes."""

    async def metrics(_: Request) -> Response:
        text = render(await view.series(), view.gauges())
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})

    return [Route("/metrics", metrics)]


def render(
    totals: Sequence[tuple[MetricSpec, Sequence[Series]]], gauges: Mapping[str, float]
) -> bytes:
    """Totals and gauges as one exposition."""
    families = [*(_family(spec, series) for spec, series in totals), *_gauges(gauges)]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given(families))
    return generate_latest(registry)


class _Given(Collector):
    """The library asks a collector; this one has the answer already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _family(spec: MetricSpec, series: Sequence[Series]) -> Metric:
    name = _name(spec.name) + _UNITS.get(spec.unit, "")
    labels = sorted({label for one in series for label, _ in one.attributes})
    names = [_name(label) for label in labels]
    if spec.instrument is Instrument.COUNTER:
        counter = CounterMetricFamily(name, spec.description, labels=names)
        for one in series:
            counter.add_metric(_values(one, labels), one.total)
        return counter
    histogram = HistogramMetricFamily(name, spec.description, labels=names)
    for one in series:
        bounds = [*(format(float(bound), "g") for bound in spec.bounds), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(one.buckets)), strict=True))
        histogram.add_metric(_values(one, labels), buckets, one.total)
    return histogram


def _gauges(gauges: Mapping[str, float]) -> Iterator[Metric]:
    for name, value in sorted(gauges.items()):
        yield GaugeMetricFamily(_name(name), f"{name} of this collector.", value=value)


def _values(one: Series, labels: Sequence[str]) -> list[str]:
    given = dict(one.attributes)
    return [given.get(label, "") for label in labels]


def _name(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")
