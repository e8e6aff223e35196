"""Load on a collector, from a process of its own.

Half of the requests are the journeys of `traffic` with spans around them that are no business of
ours, half are model calls whose prompt is a conversation sent before and one new message.

    python -m benchmarks.speed.load GRPC_HOST:PORT SECONDS RATE

A rate of 0 means: as fast as answers come. Else requests are sent when they are due, however long
the answers take, and an answer's time counts from then. Out, on standard output: a line when it
begins, JSON when it is over.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import count, islice

import grpc
import orjson

from benchmarks.speed.client import exporter
from benchmarks.speed.states import message
from benchmarks.speed.traffic import (
    MARK,
    beside,
    conversation,
    fresh,
    journey,
    model_call,
    own,
)

_CONNECTIONS = 8
_HISTORY = 64  # messages of 300 bytes
_AROUND = 12  # spans beside the three of a journey

_JOURNEYS = 4

#: Requests that are sent before the clock starts: what is resent has to be there before.
WARMING = 2 * _JOURNEYS

#: Numbers of requests begin here, so that those who probe have the lower ones for themselves.
FIRST = 1_000_000


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of a load: seconds from due to acknowledged, and how many were refused."""

    seconds: tuple[float, ...]
    refused: int
    largest: int  # bytes of a request


class Load:
    """A load that is under way; begun in `with`, once its process is ready."""

    def __init__(self, address: str, seconds: float, rate: float = 0.0) -> None:
        arguments = [address, str(seconds), str(rate)]
        command = [sys.executable, "-m", "benchmarks.speed.load", *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)

    def __enter__(self) -> Load:
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def answers(self) -> Answers:
        """Wait until it is over."""
        told, _ = self._process.communicate()
        if self._process.returncode != 0:
            raise RuntimeError("the load client failed; what it said stands above")
        found = orjson.loads(told)
        return Answers(tuple(found["seconds"]), found["refused"], found["largest"])


def templates() -> list[bytes]:
    """Requests in which the ids, and one message of a prompt, are still to be made new."""
    made = []
    for seed in range(_JOURNEYS):
        made.append(beside(own(*journey(seed)), _AROUND, seed).SerializeToString())
        said = list(islice(conversation(seed), _HISTORY))
        said.append({"role": "user", "content": f"{message(random.Random(seed))} RMA-{MARK}."})
        made.append(model_call(said).SerializeToString())
    return made


def _main(address: str, seconds: float, rate: float) -> None:
    requests = templates()
    numbers, waits, refused = count(), list[float](), count()

    def work() -> None:
        with grpc.insecure_channel(address) as channel:
            send = exporter(channel)
            while True:
                number = next(numbers)
                due = start + number / rate if rate else time.monotonic()
                if due >= end:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    request = requests[number % len(requests)]
                    send(fresh(request, FIRST + number), timeout=60)
                    waits.append(time.monotonic() - due)
                except grpc.RpcError:
                    next(refused)

    with grpc.insecure_channel(address) as channel:
        send = exporter(channel)
        for place, request in enumerate(requests):
            send(fresh(request, place), timeout=60)
    print("ready", flush=True)
    start = time.monotonic()
    end = start + seconds
    threads = [threading.Thread(target=work) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {"seconds": waits, "refused": next(refused), "largest": max(map(len, requests))}
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
