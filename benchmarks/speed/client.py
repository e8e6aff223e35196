"""The other end of a receiver: sends mixed requests, in a process of its own.

In, on standard input: lines such as ``grpc 20`` or ``http 20``. Out, for each: that many requests
were answered one after the other, and ``done``. Ends with its input.

    python -m benchmarks.speed.client GRPC_HOST:PORT HTTP_HOST:PORT
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import cycle, islice

import grpc

from benchmarks.speed.traffic import mixed

_EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

#: Spans of one request: what a BatchSpanProcessor sends at once.
SPANS = 512
_DIFFERENT = 4


def main(grpc_address: str, http_address: str) -> None:
    """Answer commands until there are no more."""
    connection = HTTPConnection(http_address, timeout=60)
    with grpc.insecure_channel(grpc_address) as channel:
        call = exporter(channel)
        senders: dict[str, Callable[[bytes], object]] = {
            "grpc": lambda body: call(body, timeout=60),
            "http": lambda body: _post(connection, body),
        }
        requests = cycle([mixed(SPANS, seed).SerializeToString() for seed in range(_DIFFERENT)])
        for line in sys.stdin:
            transport, number = line.split()
            for body in islice(requests, int(number)):
                senders[transport](body)
            print("done", flush=True)
    connection.close()


def exporter(channel: grpc.Channel) -> grpc.UnaryUnaryMultiCallable[bytes, bytes]:
    """Exports requests as bytes: a load client shall not spend its time on encoding."""
    return channel.unary_unary(_EXPORT)


def _post(connection: HTTPConnection, body: bytes) -> None:
    connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the receiver answered {answer.status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
