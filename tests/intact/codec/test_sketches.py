"""Tokens are written in fewer bits where room is scarce, and read back as they were left."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.codec.sketches import (
    check_sketch,
    coarsened,
    read_sketch,
    sketch_size,
    write_sketch,
)
from intact.errors import CodecError
from intact.model.fingerprint import COMPLETE, Sketch
from intact.proto.v1 import fingerprint_pb2 as pb
from tests.strategies import sketches


def spread(count: int, seed: int = 0) -> Sketch:
    """Tokens as keyed hashes lie."""
    tokens = frozenset(Random(seed).sample(range(COMPLETE), count))
    return Sketch(tokens, total=count)


def written(sketch: Sketch) -> pb.Sketch:
    """The message of a sketch, checked."""
    message = pb.Sketch(unit=pb.Sketch.UNIT_WORDS)
    write_sketch(sketch, message)
    message = pb.Sketch.FromString(message.SerializeToString())
    check_sketch(message)
    return message


@given(sketches(400), st.sampled_from([4, 8, 12, 20]))
def test_what_is_written_is_read_back(sketch: Sketch, low_bits: int) -> None:
    """Whole or without lowest bits, sampled or complete."""
    for one in (sketch, coarsened(sketch, low_bits)):
        assert read_sketch(written(one)) == one


@given(sketches(400), st.sampled_from([8, 12]))
def test_a_coarse_sketch_holds_every_token_that_the_whole_one_holds(
    sketch: Sketch, low_bits: int
) -> None:
    """Below a threshold of the same cells; it never says that a token is missing that is there."""
    coarse = coarsened(sketch, low_bits)
    assert coarse.threshold <= sketch.threshold
    assert coarse.threshold % (1 << coarse.shift) == 0
    assert coarse.total == sketch.total
    seen = {token for token in sketch.tokens if token < coarse.threshold}
    assert all(coarse.holds(token) for token in seen)
    assert coarse.tokens == {token >> coarse.shift for token in seen}


def by_hand(message: pb.Sketch) -> list[int]:
    """The slow reader: one bit after the other."""
    high = [message.high[at // 8] >> at % 8 & 1 for at in range(8 * len(message.high))]
    tokens, above = [], 0
    for bit in high:
        if bit:
            tokens.append(above << message.low_bits)
        else:
            above += 1
    whole, nibble = divmod(message.low_bits, 8)
    for place in range(len(tokens)):
        for column in range(whole):
            tokens[place] |= message.low[column * len(tokens) + place] << 8 * column
        if nibble:
            byte = message.low[whole * len(tokens) + place // 2]
            digit = byte & 15 if place % 2 else byte >> 4
            tokens[place] |= digit << 8 * whole
    return tokens


@pytest.mark.parametrize("low_bits", [4, 8, 12, 16])
@pytest.mark.parametrize("count", [65, 500, 5000])
def test_the_bytes_are_those_that_the_page_describes(count: int, low_bits: int) -> None:
    """Read bit by bit, as another language may."""
    coarse = coarsened(spread(count), low_bits)
    message = written(coarse)
    tokens = by_hand(message)
    assert tokens == sorted(coarse.tokens)
    assert message.low_bits == low_bits
    assert len(message.SerializeToString()) <= sketch_size(coarse)
    assert sketch_size(coarse) <= 48 + count * (low_bits + 2) / 8


def test_few_tokens_that_are_not_there_seem_to_be() -> None:
    """About one in 256 to 128 with 8 bits, one in 4,096 to 2,048 with 12."""
    strangers = Random(1).sample(range(COMPLETE), 40_000)
    for low_bits in (8, 12):
        coarse = coarsened(spread(1500), low_bits)
        share = sum(map(coarse.holds, strangers)) / len(strangers)
        assert 0.5 * 2**-low_bits < share < 3 * 2**-low_bits


@pytest.mark.parametrize(
    "change",
    [
        {"shift": 0},
        {"shift": 32},
        {"low_bits": 7},
        {"low_bits": 28},
        {"low": b"short"},
        {"high": b""},
        {"threshold": 12345},
        {"form": 3},
    ],
)
def test_parts_that_do_not_agree_are_refused(change: dict[str, int | bytes]) -> None:
    """Nothing that passes can fail later."""
    message = written(coarsened(spread(200), 8))
    for name, value in change.items():
        setattr(message, name, value)
    with pytest.raises(CodecError):
        check_sketch(message)
