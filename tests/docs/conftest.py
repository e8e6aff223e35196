"""One real collector, asked for everything that the pages promise."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from intact_collector.config import load
from intact_collector.hosts.embedded import Collector
from tests.golden.recordings import FOLDER

#: Found and lost, measured and not, with names of sessions and without.
RECORDINGS = (
    "openai-agents__openinference__lossy",
    "openai-agents__openinference__nocontent",
    "pydantic-ai__native__delegation",
    "langgraph__openinference__goto_lossy",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a running collector answered, and what it keeps."""

    sessions: dict[str, Any]
    narrowed: dict[str, dict[str, Any]]  # by query
    one: dict[str, Any]
    refused: dict[str, httpx.Response]  # by path and query
    metrics: str
    health: httpx.Response
    ready: httpx.Response
    files: frozenset[str]


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Run a collector on free ports, send it recordings, ask it."""
    return asyncio.run(_run(tmp_path_factory.mktemp("collector") / "data"))


async def _run(data: Path) -> Seen:
    free = dict.fromkeys(("otlp_grpc", "otlp_http", "http"), "127.0.0.1:0")
    settings = load({"data": str(data), "settle": "100ms", **free}, {})
    async with Collector(settings, {}) as collector, httpx.AsyncClient(trust_env=False) as client:
        for line in (line for name in RECORDINGS for line in _lines(name)):
            answer = await client.post(
                f"http://{collector.otlp_http}/v1/traces",
                content=line,
                headers={"content-type": "application/json"},
            )
            assert answer.status_code == 200
        await client.post(f"http://{collector.otlp_http}/v1/metrics", content=b"")

        async def get(path: str) -> httpx.Response:
            return await client.get(f"http://{collector.http}{path}")

        for _ in range(400):
            listed = (await get("/api/v1/sessions")).json()
            metrics = (await get("/metrics")).text
            settled = [h for one in listed["sessions"] for h in one["handoffs"]]
            # Totals are written after a step, so they may be there a moment later.
            if settled and not any(h["provisional"] for h in settled) and (
                "intact_handoffs_total{" in metrics
            ):  # fmt: skip
                break
            await asyncio.sleep(0.05)
        queries = ("limit=1", "limit=1&offset=1", "since=2999-01-01", "verdict=not_measured")
        wrong = ("?limit=0", "?limit=1001", "?offset=-1", "?since=soon", "?verdict=bad", "/nobody")
        return Seen(
            sessions=listed,
            narrowed={q: (await get(f"/api/v1/sessions?{q}")).json() for q in queries},
            one=(await get(f"/api/v1/sessions/{listed['sessions'][0]['session_id']}")).json(),
            refused={path: await get(f"/api/v1/sessions{path}") for path in wrong},
            metrics=metrics,
            health=await get("/healthz"),
            ready=await get("/readyz"),
            files=_files(data),
        )


def _lines(name: str) -> list[bytes]:
    return [line for line in (FOLDER / f"{name}.jsonl").read_bytes().splitlines() if line.strip()]


def _files(data: Path) -> frozenset[str]:
    return frozenset(path.name for path in data.iterdir())
