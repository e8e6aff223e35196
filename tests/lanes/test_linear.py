"""Reading takes time in proportion to the text, whatever somebody writes to make it slow.

The regular expressions of the code are attacked with strings made of their own characters: what
one of their parts can match, repeated, with something behind it that it does not expect. Not an
expression alone is timed but the reading of which it is a part, since what cannot reach it is no
attack. CPU time on a shared machine is noisy, so this is a lane, the best of several runs counts,
and the bound lies between linear (4) and quadratic (16).
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterator

import pytest

import intact
import intact_collector
from intact_collector.hosts.memory import MemoryCollector
from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media
from tests.fuzz.targets import CORPUS
from tests.intact.fingerprint.reading import fresh

pytestmark = [pytest.mark.lane, pytest.mark.timeout(1800)]

SMALL, TIMES = 4_000, 4
BOUND = 9.0
#: Seconds below which a ratio says nothing.
NOISE = 0.01

SPANS = CORPUS / "otlp_json" / "conventions"
_SHORT = 20  # characters: a name


def _modules() -> Iterator[str]:
    for package in (intact, intact_collector):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(("_pb2", "__main__")):
                yield found.name


def expressions() -> dict[str, re.Pattern[str]]:
    """Every compiled expression that stands in a module, by where it stands."""
    found = {}
    for name in _modules():
        for variable, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{name}.{variable}"] = value
    return found


def alphabet(expression: re.Pattern[str]) -> list[str]:
    """Characters that an expression tells apart: those in it, and one of each class it may mean."""
    literal = re.sub(r"\\[wWdDsSbBAZ]|\(\?[a-zA-Z:!=<]+|\\u[0-9a-f]{4}", "", expression.pattern)
    written = {char for char in literal if char not in r"\()[]{}?*+|^" and not char.isalnum()}
    written |= {"a", "Z", "1", " ", "_", "e", "\n"}
    return sorted(written)[:14]


def attacks(expression: re.Pattern[str]) -> Iterator[str]:
    """Short strings that, repeated, make an expression begin again and again."""
    chars = alphabet(expression)
    yield from chars
    yield from map("".join, itertools.permutations(chars, 2))


def pieces() -> list[str]:
    """The attacks on all expressions, each once."""
    return sorted({piece for found in expressions().values() for piece in attacks(found)})


def seconds(use: Callable[[str], object], text: str, tries: int) -> float:
    """CPU time of this thread, the best of some tries."""
    best = float("inf")
    for _ in range(tries):
        begin = time.thread_time()
        use(text)
        best = min(best, time.thread_time() - begin)
    return best


def read(text: str) -> None:
    """As the library does: a value of a state, and a message."""
    assert fresh().fingerprint({"text": text}).words.total
    fresh().fingerprint([{"role": "user", "content": text}])


def receive(text: str) -> None:
    """As the collector does: in every attribute of a framework's spans that holds some text."""
    request = decode_traces(SPANS.read_bytes(), Media.JSON)
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                for attribute in span.attributes:
                    if len(attribute.value.string_value) > _SHORT:
                        attribute.value.string_value += text
    collector = MemoryCollector(fresh())
    collector.take(request)
    assert collector.spans
    collector.report()


@pytest.mark.parametrize("use", [read, receive])
@pytest.mark.parametrize("end", ["", "!"], ids=ascii)
def test_four_times_the_text_takes_less_than_nine_times_as_long(
    use: Callable[[str], object], end: str
) -> None:
    """Whatever it is made of."""
    for piece in pieces():
        texts = [f"x {piece * (size // len(piece))}{end}" for size in (SMALL, SMALL * TIMES)]
        for tries in (1, 3, 9):  # the doubtful ones again, more carefully
            before, after = (seconds(use, text, tries) for text in texts)
            if after < max(BOUND * before, NOISE):
                break
        else:
            pytest.fail(f"{piece!r} and {end!r}: {before:.4f} s, and {after:.4f} s for the longer")
