"""TLS on real sockets: what is shown, what is asked for, what is renewed."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import grpc
import httpx
import pytest

from intact.errors import ConfigError
from intact_collector.web.tls import Tls
from tests.collector.receive.harness import PROTOBUF, TRACES, Running, one_span, receivers
from tests.collector.web.certificates import Authority, authority

BODY = one_span().SerializeToString()


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


def over_http(running: Running, ca: Authority, client: tuple[Path, Path] | None = None) -> int:
    context = ssl.create_default_context(cafile=ca.certificate)
    if client is not None:
        context.load_cert_chain(*client)
    url = f"https://localhost:{running.receiver.http_address.port}/v1/traces"
    with httpx.Client(verify=context, trust_env=False) as session:
        return session.post(url, content=BODY, headers=PROTOBUF).status_code


def over_grpc(running: Running, ca: Authority, client: tuple[Path, Path] | None = None) -> bool:
    key = chain = None
    if client is not None:
        chain, key = (path.read_bytes() for path in client)
    credentials = grpc.ssl_channel_credentials(ca.certificate.read_bytes(), key, chain)
    target = f"localhost:{running.receiver.grpc_address.port}"
    with grpc.secure_channel(target, credentials) as channel:
        try:
            return bytes(channel.unary_unary(TRACES)(BODY, timeout=10)) == b""
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.UNAVAILABLE
            return False


def serial(port: int, ca: Authority) -> str:
    context = ssl.create_default_context(cafile=ca.certificate)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        certificate = secured.getpeercert()
        assert certificate is not None
        return str(certificate["serialNumber"])


def test_both_transports_speak_tls_and_nothing_else(ca: Authority) -> None:
    """A client that speaks plain HTTP gets no answer."""
    with receivers(tls=Tls(*ca.sign("server"))) as running:
        assert over_http(running, ca) == 200
        assert over_grpc(running, ca)
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{running.http}/v1/traces", content=BODY, headers=PROTOBUF)
        assert len(running.consumer.spans) == 2


def test_old_tls_is_refused(ca: Authority) -> None:
    """1.2 is the oldest."""
    with receivers(tls=Tls(*ca.sign("server"))) as running:
        context = ssl.create_default_context(cafile=ca.certificate)
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        for port in (running.receiver.http_address.port, running.receiver.grpc_address.port):
            with (
                socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
                pytest.raises((ssl.SSLError, ConnectionError)),
            ):
                context.wrap_socket(plain, server_hostname="localhost")


def test_with_a_client_authority_everybody_has_to_show_a_certificate(
    ca: Authority, tmp_path: Path
) -> None:
    """One that it signed; another authority's is as good as none."""
    stranger = authority(tmp_path / "other").sign("stranger")
    friend = ca.sign("friend")
    with receivers(tls=Tls(*ca.sign("server"), ca.certificate)) as running:
        assert over_http(running, ca, friend) == 200
        assert over_grpc(running, ca, friend)
        for unknown in (None, stranger):
            with pytest.raises(httpx.TransportError):
                over_http(running, ca, unknown)
            assert not over_grpc(running, ca, unknown)
        assert len(running.consumer.spans) == 2


def test_a_renewed_certificate_is_shown_to_the_next_connection(ca: Authority) -> None:
    """Nothing changes while the files do not."""
    tls = Tls(*ca.sign("server"))
    with receivers(tls=tls) as running:
        ports = running.receiver.http_address.port, running.receiver.grpc_address.port
        before = {serial(port, ca) for port in ports}
        assert len(before) == 1
        assert not tls.renew()
        ca.sign("server")
        assert {serial(port, ca) for port in ports} == before
        assert tls.renew()
        after = {serial(port, ca) for port in ports}
        assert len(after) == 1
        assert after != before


def test_a_broken_renewal_changes_nothing(ca: Authority) -> None:
    """The old certificate is shown on, and the operator is told which file is wrong."""
    certificate, key = ca.sign("server")
    tls = Tls(certificate, key)
    with receivers(tls=tls) as running:
        port = running.receiver.http_address.port
        before = serial(port, ca)
        key.write_text("no key")
        with pytest.raises(ConfigError, match="are no pair"):
            tls.renew()
        assert serial(port, ca) == before
        assert over_grpc(running, ca)


def test_files_that_cannot_be_used_are_named(ca: Authority, tmp_path: Path) -> None:
    """Missing, of another kind, or of another certificate."""
    certificate, key = ca.sign("server")
    with pytest.raises(ConfigError, match=r"tls_cert .*absent cannot be read"):
        Tls(tmp_path / "absent", key)
    with pytest.raises(ConfigError, match="are no pair"):
        Tls(certificate, ca.sign("another")[1])
    with pytest.raises(ConfigError, match="holds no PEM certificate"):
        Tls(certificate, key, key)
