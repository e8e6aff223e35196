"""Starting, stopping and draining."""

import asyncio
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx
import pytest

from intact_collector.config import Address
from intact_collector.errors import ListenError
from intact_collector.receive.counters import Counter
from intact_collector.receive.server import start
from tests.collector.receive.harness import (
    ANY,
    PROTOBUF,
    TRACES,
    Recorder,
    Running,
    eventually,
    one_span,
    receivers,
)

BODY = one_span().SerializeToString()


def post(running: Running) -> httpx.Response:
    return httpx.post(f"{running.http}/v1/traces", content=BODY, headers=PROTOBUF, timeout=60)


def call(running: Running) -> bytes | grpc.StatusCode:
    with grpc.insecure_channel(running.grpc) as channel:
        done = channel.unary_unary(TRACES).future(BODY, timeout=60)
        return bytes(done.result()) if done.code() is grpc.StatusCode.OK else done.code()


def listens(address: Address) -> bool:
    try:
        socket.create_connection((address.host, address.port), timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def test_port_0_is_any_free_port_and_is_told() -> None:
    """Both addresses are real and different."""
    with receivers() as running:
        addresses = [running.receiver.grpc_address, running.receiver.http_address]
        assert all(address.port and listens(address) for address in addresses)
        assert len(set(addresses)) == 2
    assert not any(listens(address) for address in addresses)


@pytest.mark.parametrize("side", ["grpc", "http"])
def test_a_second_collector_on_a_port_is_told_so(side: str, capfd: pytest.CaptureFixture[str]):
    """Also when the first one is a collector, which could have shared the port; nothing leaks."""
    with receivers() as running:
        taken = getattr(running.receiver, f"{side}_address")
        other = "http" if side == "grpc" else "grpc"
        wanted = {f"{side}_address": taken, f"{other}_address": ANY}
        with pytest.raises(ListenError, match="another program listens there") as caught:
            running.call(start(Recorder(), **wanted))
        assert str(taken) in str(caught.value)
        assert call(running) == b""
        assert post(running).status_code == 200
        assert len(running.consumer.spans) == 2
    assert "Failed to add port" not in capfd.readouterr().err


@pytest.mark.parametrize("side", ["grpc_address", "http_address"])
def test_an_address_that_is_not_ours_is_told_so(side: str) -> None:
    """A documentation address, which no machine has."""
    wanted = {"grpc_address": ANY, "http_address": ANY, side: Address("192.0.2.1", 4317)}

    with pytest.raises(ListenError, match=r"192\.0\.2\.1:4317.*no such address"):
        asyncio.run(start(Recorder(), **wanted))


def test_a_drain_finishes_what_is_inside() -> None:
    """Both transports: accepted requests are acknowledged, then nobody listens."""
    consumer = Recorder(gate=asyncio.Event())
    with receivers(consumer=consumer) as running, ThreadPoolExecutor() as pool:
        posted, called = pool.submit(post, running), pool.submit(call, running)
        eventually(lambda: running.inside()[0] == 2)
        stopping = asyncio.run_coroutine_threadsafe(running.receiver.stop(30), running.loop)
        eventually(lambda: not listens(running.receiver.http_address))
        assert not stopping.done()
        running.open_gate()
        assert posted.result(30).status_code == 200
        assert called.result(30) == b""
        stopping.result(30)
        assert not listens(running.receiver.grpc_address)
        assert running.receiver.counters.total(Counter.ACCEPTED_SPANS) == 2


def test_after_the_grace_the_rest_is_cut_off_without_acknowledgement() -> None:
    """So that its sender keeps it: 503 over HTTP, an error over gRPC."""
    consumer = Recorder(gate=asyncio.Event())
    with receivers(consumer=consumer) as running, ThreadPoolExecutor() as pool:
        posted, called = pool.submit(post, running), pool.submit(call, running)
        eventually(lambda: running.inside()[0] == 2)
        running.call(running.receiver.stop(0.2))
        assert posted.result(30).status_code == 503
        assert called.result(30) in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)
        assert running.receiver.counters.total(Counter.ABANDONED) == 2
        running.open_gate()
        running.settled()


def test_an_idle_connection_does_not_hold_up_a_stop() -> None:
    """Exporters keep theirs open."""
    with (
        receivers() as running,
        httpx.Client() as client,
        grpc.insecure_channel(running.grpc) as channel,
    ):
        url = f"{running.http}/v1/traces"
        assert client.post(url, content=BODY, headers=PROTOBUF).status_code == 200
        assert channel.unary_unary(TRACES)(BODY) == b""
        running.call(running.receiver.stop(20))


def test_signals_stay_with_the_host() -> None:
    """Starting and stopping leaves the handlers of the process as they were."""

    async def handlers() -> list[object]:
        before = signal.getsignal(signal.SIGINT)
        receiver = await start(Recorder(), ANY, ANY)
        during = signal.getsignal(signal.SIGINT)
        await receiver.stop(0.1)
        return [before, during, signal.getsignal(signal.SIGINT)]

    before, during, after = asyncio.run(handlers())
    assert before is during is after
