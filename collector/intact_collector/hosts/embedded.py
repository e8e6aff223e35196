"""One process, one machine: the whole collector, wired by hand.

In: settings. Out: OTLP is received, journaled and measured; page and API answer; totals and
events go to a backend where one is given. Read `Collector._start` from top to bottom: every part
is made by calling its constructor, and they are stopped in the reverse order.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from random import Random

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from intact.codec.disclose import Names
from intact.errors import ConfigError, without_credentials
from intact_collector import pipeline
from intact_collector.analytics.metrics import METRICS
from intact_collector.config import SETTINGS, Address, Settings
from intact_collector.dialects.choose import REGISTRY
from intact_collector.errors import StoreError
from intact_collector.export import ExportLoop, OtlpExporter, targets
from intact_collector.hosts import own
from intact_collector.hosts.keeper import Keeper
from intact_collector.hosts.keys import own_key
from intact_collector.hosts.live import SPECS, LiveView
from intact_collector.model.metric import EvaluationEvent, Series
from intact_collector.ports import Accepted, Store
from intact_collector.receive.counters import Counters
from intact_collector.receive.limits import Limits
from intact_collector.receive.server import start as start_receiver
from intact_collector.reduce import Discretion
from intact_collector.report import to_bytes
from intact_collector.serve import application
from intact_collector.store import SqliteStore
from intact_collector.web.access import Access
from intact_collector.web.guard import guarded
from intact_collector.web.listen import bind
from intact_collector.web.server import serve
from intact_collector.web.tls import Tls
from intact_collector.web.tokens import Tokens

_log = logging.getLogger(__name__)

#: How often old sessions are looked for, in seconds.
_EXPIRE = 3600.0

#: Events that may wait for a backend that is away.
_OUTBOX = 100_000

#: Of the time to stop, this share is for requests in flight; the rest is for the last export.
_FOR_REQUESTS = 0.6


class Collector:
    """The embedded collector, as an async context: started inside, drained on the way out.

    >>> async with Collector(settings, os.environ) as collector:     # doctest: +SKIP
    ...     print(collector.otlp_grpc)
    """

    otlp_grpc: Address
    otlp_http: Address
    http: Address

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.version = version("intact")
        self.exports_to: tuple[str, ...] = ()
        self._environment = environment
        self._stack = AsyncExitStack()
        self._access = Access()
        self._tls: Tls | None = None
        self._keeper: Keeper | None = None

    async def __aenter__(self) -> Collector:
        """Start everything, or raise one error that says what to do, and leave nothing running.

        Raises:
            ConfigError: The export endpoint cannot be one; certificates or tokens cannot be used.
            StoreError: The data directory cannot be used.
            ListenError: An address cannot be listened on.
        """
        async with self._stack as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Refuse new telemetry, finish what was begun, export once more, close the store."""
        await self._stack.aclose()

    def reload(self, settings: Settings) -> Sequence[str]:
        """Take over what may change while it runs: waits, tokens, renewed certificates.

        No connection is dropped. Returns the names of settings that changed and need a restart.

        Raises:
            ConfigError: Something of it cannot be used; everything stays as it was.
        """
        tokens = _tokens(settings)
        if self._tls is not None:
            self._tls.renew()
        self._access.tokens = tokens
        before = self.settings
        changed = [one for one in SETTINGS if one.value(settings) != one.value(before)]
        live = {one.name: one.value(settings) for one in changed if one.live}
        self.settings = replace(before, **live)
        if self._keeper is not None:
            self._keeper.settings = _pipeline(self.settings)
        again = {"tokens", "tokens_file"}
        return [one.name for one in changed if not one.live and one.name not in again]

    async def _start(self, stack: AsyncExitStack) -> None:
        """Parts stop in the reverse order: receivers first, then the keeper, the store last."""
        settings, directory = self.settings, Path(self.settings.data)
        for broken in REGISTRY.broken:
            _log.warning("the dialect %r is left out: %s", broken.name, broken.why)
        backends = targets(
            settings.export_endpoint,
            settings.export_protocol,
            self._environment,
            [
                (one.host, one.port)
                for one in (settings.otlp_grpc, settings.otlp_http, settings.http)
            ],
        )
        endpoints = {without_credentials(target.endpoint) for target in backends.values()}
        self.exports_to = tuple(sorted(endpoints))
        self._tls, self._access.tokens = _tls(settings), _tokens(settings)
        _warn_of_strangers(settings)

        store = await asyncio.to_thread(
            SqliteStore,
            directory,
            to_json=to_bytes,
            version=self.version,
            now=time.time(),
            outbox_limit=_OUTBOX if "logs" in backends else 0,
        )
        stack.callback(store.close)
        tally, counters = own.Tally(), Counters()
        kept = Discretion(Names(settings.names), settings.redact or ())
        keeper = Keeper(store, kept.fingerprints(own_key(directory)), _pipeline(settings), tally)
        self._keeper = keeper
        view = LiveView(store, keeper, counters, tally)

        web_socket = bind(settings.http, "the page and the API")
        self.http = Address(settings.http.host, web_socket.getsockname()[1])
        app = guarded(application(view, self.version), self._access)
        web = await serve(app, web_socket, None if self._tls is None else self._tls.context)
        stack.push_async_callback(web.stop)

        if backends:
            exporter = OtlpExporter(
                backends,
                instance_id=store.instance_id(),
                version=self.version,
                specs={**METRICS, **SPECS},
            )
            export = ExportLoop(
                _Exported(store, view),
                exporter,
                clock=time.time,
                rng=Random(),
                interval=settings.export_interval,
            )
            view.exports = export.counters
            export.start()
            stack.push_async_callback(export.stop, settings.drain * (1 - _FOR_REQUESTS))

        ageing = asyncio.create_task(self._expire(store), name="intact-expire")
        stack.callback(ageing.cancel)
        await keeper.start()
        stack.push_async_callback(keeper.stop)

        receiver = await start_receiver(
            _Consumer(keeper),
            settings.otlp_grpc,
            settings.otlp_http,
            limits=_limits(settings),
            counters=counters,
            access=self._access,
            tls=self._tls,
        )
        stack.push_async_callback(receiver.stop, settings.drain * _FOR_REQUESTS)
        self.otlp_grpc, self.otlp_http = receiver.grpc_address, receiver.http_address

        view.accepting = True
        stack.callback(setattr, view, "accepting", False)

    async def _expire(self, store: Store) -> None:
        while True:
            try:
                await asyncio.to_thread(store.expire, time.time() - self.settings.keep)
            except StoreError as error:
                _log.error("%s", error)
            await asyncio.sleep(_EXPIRE)


async def run(
    settings: Settings,
    environment: Mapping[str, str],
    announce: Callable[[Collector], None],
    reread: Callable[[], Settings],
) -> None:
    """Run a collector until SIGTERM or SIGINT; ``announce`` is called when it listens.

    On SIGHUP the settings are asked for again by ``reread``, and those that can change do.
    The first signal drains: what was acknowledged is kept, open sessions stay in the store. A
    second one ends the process at once; the journal makes that safe, too.
    """
    stopping = asyncio.Event()

    def stop(number: signal.Signals) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    async with Collector(settings, environment) as collector:
        loop.add_signal_handler(signal.SIGHUP, _reload, collector, reread)
        announce(collector)
        await stopping.wait()
        _log.info("stopping: requests in flight are finished; a second signal ends it at once")


def _reload(collector: Collector, reread: Callable[[], Settings]) -> None:
    try:
        restart = collector.reload(reread())
    except ConfigError as error:
        _log.error("the new configuration is not used: %s", error)
        return
    later = f"; a restart is needed for: {', '.join(restart)}" if restart else ""
    _log.info("the configuration was read again%s", later)


class _Consumer:
    """What the receivers hand requests to."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def traces(self, request: ExportTraceServiceRequest) -> Accepted:
        await self._keeper.take(request)
        return Accepted()

    async def logs(self, request: ExportLogsServiceRequest) -> Accepted:
        await self._keeper.take(request)
        return Accepted()


class _Exported:
    """What the backend gets: the totals of the store, the collector's own, the waiting events."""

    def __init__(self, store: Store, view: LiveView) -> None:
        self._store = store
        self._view = view

    def series(self) -> Sequence[Series]:
        return [one for _, series in self._view.totals() for one in series]

    def events(self, limit: int) -> Sequence[EvaluationEvent]:
        return self._store.events(limit)

    def delivered(self, ids: Sequence[str]) -> None:
        self._store.delivered(ids)


def _tls(settings: Settings) -> Tls | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    client_ca = None if settings.tls_client_ca is None else Path(settings.tls_client_ca)
    return Tls(Path(settings.tls_cert), Path(settings.tls_key), client_ca)


def _tokens(settings: Settings) -> Tokens | None:
    if settings.tokens_file is not None:
        return Tokens.from_file(Path(settings.tokens_file))
    return None if settings.tokens is None else Tokens.of(settings.tokens.split(","))


def _warn_of_strangers(settings: Settings) -> None:
    """Say it when somebody else on the network can send, read, or listen in."""
    names = ("otlp_grpc", "otlp_http", "http")
    reachable = [name for name in names if not getattr(settings, name).is_loopback]
    if not reachable:
        return
    places = ", ".join(reachable)
    if settings.tokens is None and settings.tokens_file is None and settings.tls_client_ca is None:
        _log.warning("%s can be reached from other machines by anybody: set tokens_file", places)
    if settings.tls_cert is None:
        _log.warning("%s can be reached from other machines without TLS: set tls_cert", places)


def _pipeline(settings: Settings) -> pipeline.Settings:
    return pipeline.Settings(settle=settings.settle, idle=settings.idle, guess=settings.guess)


def _limits(settings: Settings) -> Limits:
    in_flight = max(Limits().max_bytes_in_flight, 4 * settings.max_request)
    return Limits(max_request_bytes=settings.max_request, max_bytes_in_flight=in_flight)
