"""Start a collector and two processes of agents, and ask the collector what survived.

In: nothing. Out: the answer of the collector's API, once its numbers are final. Everything listens
on the loopback on free ports, and lives in a temporary directory that is gone afterwards. Whatever
happens, the processes end with this one.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import ProxyHandler, build_opener

import orjson

from intact_collector.config import load
from intact_collector.errors import CollectorError
from intact_collector.hosts.embedded import Collector

_HANDOFFS = 2  # triage -> billing -> shipping
_SECONDS = 50.0  # the demo promises less than a minute


class DemoFailed(CollectorError):
    """The demo could not be shown on this machine. The message says which part failed."""


async def run() -> dict[str, Any]:
    """Play the demo; the answer has the shape of `intact report --json`."""
    try:
        async with asyncio.timeout(_SECONDS):
            with TemporaryDirectory(prefix="intact-demo-") as directory:
                return await _play(directory)
    except TimeoutError:
        raise DemoFailed(
            f"the demo was not done after {_SECONDS:.0f} s: is this machine very busy? Try again"
        ) from None


async def _play(directory: str) -> dict[str, Any]:
    free = "127.0.0.1:0"
    settings = load(
        {
            "data": directory,
            "otlp_grpc": free,
            "otlp_http": free,
            "http": free,
            "settle": "500ms",
        },
        {},
    )
    # An empty environment: whatever this user exports to, the demo does not.
    async with Collector(settings, {}) as collector:
        environment = _environment(f"http://{collector.otlp_grpc}")
        async with _process("warehouse", environment=environment) as warehouse:
            port = await _first_line(warehouse)
            url = f"http://127.0.0.1:{port}/returns"
            async with _process("front_desk", url, environment=environment) as desk:
                await _ended("front desk", desk)
            assert warehouse.stdin is not None
            warehouse.stdin.close()
            await _ended("warehouse", warehouse)
        return await _settled(f"http://{collector.http}/api/v1/sessions")


def _environment(endpoint: str) -> Mapping[str, str]:
    """The agents' environment: this user's, less what would lead their telemetry elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OTEL_", "INTACT_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        # One key for both processes: only then can their fingerprints be compared.
        "INTACT_KEY": secrets.token_hex(32),
    }


@asynccontextmanager
async def _process(
    name: str, *arguments: str, environment: Mapping[str, str]
) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", f"intact_collector.demo.{name}", *arguments),
        env=environment,
        stdin=PIPE,
        stdout=PIPE if name == "warehouse" else DEVNULL,
        stderr=None,
        start_new_session=True,  # Ctrl-C is for us; we end them
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _first_line(process: Process) -> str:
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode().strip()
    if not line:
        raise DemoFailed("the warehouse process did not start; what it said stands above")
    return line


async def _ended(name: str, process: Process) -> None:
    if await process.wait() != 0:
        raise DemoFailed(f"the {name} process failed; what it said stands above")


async def _settled(url: str) -> dict[str, Any]:
    """Ask until every handoff has arrived and its number is final."""
    opener = build_opener(ProxyHandler({}))  # a proxy has no business on the loopback

    def ask() -> dict[str, Any]:
        with opener.open(url, timeout=10) as answer:
            found: dict[str, Any] = orjson.loads(answer.read())
            return found

    while True:
        answer = await asyncio.to_thread(ask)
        handoffs = [one for session in answer["sessions"] for one in session["handoffs"]]
        if len(handoffs) >= _HANDOFFS and not any(one["provisional"] for one in handoffs):
            return answer
        await asyncio.sleep(0.1)
