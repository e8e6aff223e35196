"""Inflation gives back what was compressed, and costs no more than its limit."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact_collector.receive.inflate import inflate
from intact_collector.receive.refusal import Reason, Refused
from intact_collector.receive.request import Compression
from tests.collector.receive.harness import bomb

MIB = 1024 * 1024


def reason(body: bytes, compression: Compression, limit: int) -> Reason:
    with pytest.raises(Refused) as caught:
        inflate(body, compression, limit)
    return caught.value.refusal.reason


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_concatenated_gzip_streams_are_one_body(parts: list[bytes]) -> None:
    """As the format allows."""
    body = b"".join(gzip.compress(part) for part in parts)
    assert inflate(body, Compression.GZIP, 2000) == b"".join(parts)


@given(st.binary(max_size=300))
def test_deflate_is_the_zlib_format(content: bytes) -> None:
    """As HTTP defines it, and as the Python exporter sends it."""
    assert inflate(zlib.compress(content), Compression.DEFLATE, 300) == content


@pytest.mark.parametrize("size", [99, 100, 101])
def test_the_limit_is_the_largest_size_that_passes(size: int) -> None:
    """Not one byte more."""
    body = gzip.compress(bytes(size))
    if size <= 100:
        assert inflate(body, Compression.GZIP, 100) == bytes(size)
    else:
        assert reason(body, Compression.GZIP, 100) is Reason.TOO_LARGE


def test_streams_together_keep_the_limit() -> None:
    """The limit is one of the body, not of each stream."""
    assert reason(gzip.compress(bytes(60)) * 2, Compression.GZIP, 100) is Reason.TOO_LARGE


def test_a_bomb_costs_its_limit_and_no_more() -> None:
    """64 MiB of zeros in 64 KiB, a limit of 1 MiB."""
    body = bomb(64)
    assert len(body) < MIB
    tracemalloc.start()
    try:
        assert reason(body, Compression.GZIP, MIB) is Reason.TOO_LARGE
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * MIB


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain text",
        gzip.compress(b"content")[:-1],
        gzip.compress(b"content")[:10],
        gzip.compress(b"content") + b"tail",
        gzip.compress(b"content")[:-8] + bytes(8),
        gzip.compress(b"") * 1000,
    ],
    ids=["empty", "plain", "cut", "head", "tail", "checksum", "many"],
)
def test_what_is_not_gzip_is_refused(body: bytes) -> None:
    """A header that promises gzip is believed only when the body keeps the promise."""
    assert reason(body, Compression.GZIP, MIB) is Reason.MALFORMED


def test_a_plain_body_passes_untouched() -> None:
    """Its size is checked where it is read."""
    assert inflate(b"abc", Compression.NONE, 1) == b"abc"
