"""The embedded collector in this process: what stops it from starting, and what it leaves."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from intact.errors import ConfigError
from intact_collector.config import Settings, load
from intact_collector.errors import ListenError, StoreError
from intact_collector.hosts.embedded import Collector

OTLP = Path(__file__).parents[2] / "golden" / "otlp"
LISTENERS = ("otlp_grpc", "otlp_http", "http")


def settings(data: Path, **more: str) -> Settings:
    """Free ports, and what a test says."""
    free = dict.fromkeys(LISTENERS, "127.0.0.1:0")
    return load({"data": str(data), **free, **more}, {})


async def ready(chosen: Settings, environment: Mapping[str, str] | None = None) -> bool:
    """Start a collector, ask it, stop it."""
    async with Collector(chosen, environment or {}) as collector, httpx.AsyncClient() as http:
        return (await http.get(f"http://{collector.http}/readyz")).status_code == 200


@pytest.mark.parametrize("name", LISTENERS)
def test_a_port_in_use_says_which_and_what_to_do_and_leaves_nothing_behind(
    name: str, tmp_path: Path
) -> None:
    """Whichever listener it hits; afterwards ports and data directory are free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ListenError, match=f"{place}.*another program listens there"):
            asyncio.run(ready(settings(tmp_path / "data", **{name: place})))
    assert asyncio.run(ready(settings(tmp_path / "data", **{name: place})))


def test_two_collectors_in_one_directory_are_one_too_many(tmp_path: Path) -> None:
    """The second is told; the first goes on."""

    async def both() -> None:
        async with Collector(settings(tmp_path / "data"), {}) as first, httpx.AsyncClient() as http:
            with pytest.raises(StoreError, match="in use by another collector"):
                await ready(settings(tmp_path / "data"))
            assert (await http.get(f"http://{first.http}/readyz")).status_code == 200

    asyncio.run(both())


@pytest.mark.parametrize(
    "name", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"]
)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0.0.0.0"])
def test_a_collector_does_not_export_to_itself(name: str, host: str, tmp_path: Path) -> None:
    """Also when the endpoint comes from an environment that it shares with agents."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    chosen = settings(tmp_path / "data", otlp_grpc=f"127.0.0.1:{port}")
    with pytest.raises(ConfigError, match="is this collector itself"):
        asyncio.run(ready(chosen, {name: f"http://{host}:{port}"}))


def test_an_unusable_data_directory_says_what_to_do(tmp_path: Path) -> None:
    """A file in the way, since rights do not stop a test that runs as root."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="choose another with --data"):
        asyncio.run(ready(settings(tmp_path / "file" / "data")))


def test_a_damaged_key_is_not_silently_replaced(tmp_path: Path) -> None:
    """Old fingerprints could no longer be compared: the operator decides."""
    assert asyncio.run(ready(settings(tmp_path / "data")))
    key = tmp_path / "data" / "key"
    whole = key.read_text()
    key.write_text(whole[:7])
    with pytest.raises(StoreError, match="is not a key of this collector"):
        asyncio.run(ready(settings(tmp_path / "data")))
    key.write_text(whole)
    assert asyncio.run(ready(settings(tmp_path / "data")))
    assert key.read_text() == whole


TOKEN, OTHER = "4f9c2d71a85b4e07", "0123456789abcdef"


def test_what_may_change_while_it_runs_changes_and_the_rest_is_named(tmp_path: Path) -> None:
    """New tokens and waits at once, on open connections; new addresses after a restart."""
    tokens = tmp_path / "tokens"
    tokens.touch(0o600)
    tokens.write_text(f"ci {TOKEN}")
    data = tmp_path / "data"

    async def run() -> None:
        chosen = settings(data, tokens_file=str(tokens))
        async with Collector(chosen, {}) as collector, httpx.AsyncClient() as http:

            async def asked(token: str) -> int:
                url = f"http://{collector.http}/api/v1/sessions"
                answer = await http.get(url, headers={"authorization": f"Bearer {token}"})
                return answer.status_code

            assert [await asked(TOKEN), await asked(OTHER)] == [200, 401]
            tokens.write_text(f"ci {OTHER}")
            again = settings(data, tokens_file=str(tokens), settle="9s", max_request="1MiB")
            assert collector.reload(again) == ["max_request"]
            assert [await asked(TOKEN), await asked(OTHER)] == [401, 200]
            assert collector.settings.settle == 9.0

            tokens.write_text("nonsense")
            with pytest.raises(ConfigError, match="line 1 of tokens_file"):
                collector.reload(settings(data, tokens_file=str(tokens), settle="1s"))
            assert [await asked(TOKEN), await asked(OTHER)] == [401, 200]
            assert collector.settings.settle == 9.0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"http": "0.0.0.0:0"}, ["by anybody: set tokens_file", "without TLS: set tls_cert"]),
        ({"http": "0.0.0.0:0", "tokens": f"ci {TOKEN}"}, ["without TLS: set tls_cert"]),
        ({}, []),
    ],
)
def test_an_open_door_is_said(
    more: dict[str, str], said: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Which listener, and what to set. Loopback alone needs neither."""
    assert asyncio.run(ready(settings(tmp_path / "data", **more)))
    warnings = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert len(warnings) == len(said)
    for warning, words in zip(warnings, said, strict=True):
        assert warning.startswith("http can be reached")
        assert warning.endswith(words)


CARRIER, STATUS = "tool:lookup_order/carrier", "tool:lookup_order/status"


@pytest.mark.parametrize(
    ("more", "named"),
    [({}, {CARRIER, STATUS}), ({"names": "none"}, {"*"}), ({"redact": "carrier"}, {STATUS})],
    ids=["all", "none", "redacted"],
)
def test_names_and_paths_of_content_stay_inside_where_they_are_told_to(
    more: dict[str, str], named: set[str], tmp_path: Path
) -> None:
    """Of a framework's content; what is measured is the same, but for what is redacted."""
    lines = (OTLP / "pydantic-ai__native__lossy.jsonl").read_bytes().splitlines()

    async def lost() -> list[str]:
        chosen = settings(tmp_path / "data", **more)
        async with Collector(chosen, {}) as collector, httpx.AsyncClient() as http:
            for line in lines:
                url = f"http://{collector.otlp_http}/v1/traces"
                kind = {"content-type": "application/json"}
                (await http.post(url, content=line, headers=kind)).raise_for_status()
            while True:
                answer = await http.get(f"http://{collector.http}/api/v1/sessions")
                handoffs = [one for each in answer.json()["sessions"] for one in each["handoffs"]]
                if handoffs:
                    return [fact["fact"] for one in handoffs for fact in one["lost"]]
                await asyncio.sleep(0.05)

    found = asyncio.run(lost())
    assert {name for name in found if name in (CARRIER, STATUS, "*")} == named


def test_where_it_exports_to_is_told_without_a_password(tmp_path: Path) -> None:
    """The first lines of a log are the most copied ones."""

    async def told() -> tuple[str, ...]:
        chosen = settings(tmp_path / "data", export_endpoint="http://me:hunter2@127.0.0.1:9")
        async with Collector(chosen, {}) as collector:
            return collector.exports_to

    assert asyncio.run(told()) == ("http://...@127.0.0.1:9",)
