"""Where exports go: settings, environment, protocols, and never to ourselves."""

from __future__ import annotations

import socket

import pytest

from intact.errors import ConfigError
from intact_collector.export.target import Protocol, Target, targets

GRPC, HTTP = Protocol.GRPC, Protocol.HTTP


def test_without_an_endpoint_nothing_is_exported():
    """A protocol or headers alone are no wish to export."""
    assert targets(None, None, {}, []) == {}
    assert targets(None, "grpc", {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, []) == {}
    assert targets(None, None, {"OTEL_EXPORTER_OTLP_ENDPOINT": "  "}, []) == {}


def test_the_setting_wins_over_the_environment():
    """And is a base URL: over HTTP each signal has a path of its own."""
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:4317"}
    url = "http://otel.example:4317"
    assert targets(url, None, environment, []) == {
        "metrics": Target(url, GRPC, url),
        "logs": Target(url, GRPC, url),
    }
    found = targets("http://otel.example:4318/", None, environment, [])
    assert {signal: target.given for signal, target in found.items()} == {
        "metrics": "http://otel.example:4318/v1/metrics",
        "logs": "http://otel.example:4318/v1/logs",
    }


def test_what_the_environment_says_is_left_to_the_exporters():
    """They know how to read it: `given` stays empty."""
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example"}
    target = Target("https://otel.example", GRPC, None)
    assert targets(None, None, environment, []) == {"metrics": target, "logs": target}


def test_a_signal_may_have_an_endpoint_of_its_own():
    """Its variable wins; a signal without any is not exported."""
    own = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m:4317"}
    assert set(targets(None, None, own, [])) == {"metrics"}
    both = {**own, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://all:4317"}
    found = targets(None, None, both, [])
    assert (found["metrics"].endpoint, found["logs"].endpoint) == (
        "http://m:4317",
        "http://all:4317",
    )


@pytest.mark.parametrize(
    ("endpoint", "setting", "environment", "expected"),
    [
        ("http://x:4317", None, {}, GRPC),
        ("http://x", None, {}, GRPC),
        ("http://x:4318", None, {}, HTTP),
        ("https://x/otlp", None, {}, HTTP),
        ("http://x:4318", "grpc", {}, GRPC),
        ("http://x:4317", "http/protobuf", {}, HTTP),
        ("http://x:4317", None, {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, HTTP),
        ("http://x:4317", "grpc", {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, GRPC),
        (
            "http://x:4317",
            None,
            {
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            },
            HTTP,
        ),
    ],
)
def test_the_protocol_is_chosen(endpoint, setting, environment, expected):
    """Setting, then variable, then what the URL looks like, then gRPC."""
    assert targets(endpoint, setting, environment, [])["metrics"].protocol is expected


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://x:port", "http://x:99999", "://"])
def test_what_is_no_endpoint_is_named(url):
    """With the name under which it was given, and an example."""
    with pytest.raises(ConfigError, match=r"--export-endpoint is .* no endpoint; for example"):
        targets(url, None, {}, [])
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_LOGS_ENDPOINT is"):
        targets(None, None, {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": url}, [])


def test_a_protocol_that_is_not_spoken_is_named():
    """JSON over HTTP is one that the specification knows and the SDK does not."""
    environment = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json'"):
        targets("http://x:4317", None, environment, [])


def _own_address() -> str:
    """An address of this machine that is not the loopback, where there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation range; a datagram socket sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@pytest.mark.parametrize(
    ("endpoint", "listener"),
    [
        ("http://localhost:4317", ("127.0.0.1", 4317)),
        ("http://127.0.0.1:4317", ("127.0.0.1", 4317)),
        ("http://[::1]:4317", ("127.0.0.1", 4317)),
        ("http://0.0.0.0:4317", ("127.0.0.1", 4317)),
        ("http://127.0.0.1:4317", ("0.0.0.0", 4317)),
        ("http://[::1]:4317", ("::", 4317)),
        ("http://127.0.0.1:4317", ("::", 4317)),
        ("http://127.0.0.1:4317", ("", 4317)),
        ("http://127.0.0.1:4317", ("localhost", 4317)),
        ("http://[::ffff:127.0.0.1]:4317", ("127.0.0.1", 4317)),
        (f"http://{_own_address()}:4317", ("0.0.0.0", 4317)),
        ("http://localhost:4318/v1", ("127.0.0.1", 4318)),
        ("http://LOCALHOST", ("127.0.0.1", 4317)),
    ],
)
def test_our_own_listener_is_refused(endpoint, listener):
    """However it is spelled: a collector that exports to itself feeds on what it made."""
    with pytest.raises(ConfigError, match="is this collector itself"):
        targets(endpoint, None, {}, [("127.0.0.1", 9), listener])
    with pytest.raises(ConfigError, match="unset OTEL_EXPORTER_OTLP_ENDPOINT"):
        targets(None, None, {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}, [listener])


def test_without_a_scheme_our_own_listener_is_refused_too():
    """The gRPC exporter takes HOST:PORT."""
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4317"}
    with pytest.raises(ConfigError, match="is this collector itself"):
        targets(None, None, environment, [("127.0.0.1", 4317)])


@pytest.mark.parametrize(
    ("endpoint", "listener"),
    [
        ("http://localhost:4327", ("127.0.0.1", 4317)),
        ("http://192.0.2.1:4317", ("0.0.0.0", 4317)),
        ("http://127.0.0.2:4317", ("127.0.0.1", 4317)),
        ("http://does-not-exist.invalid:4317", ("0.0.0.0", 4317)),
    ],
)
def test_others_are_not_refused(endpoint, listener):
    """Another port, another machine, or a name that does not resolve yet."""
    assert set(targets(endpoint, None, {}, [listener])) == {"metrics", "logs"}
