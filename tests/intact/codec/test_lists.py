"""A history costs at most 64 bytes where room is scarce, and nothing is believed that cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.codec.fit import SMALLEST_LIMIT, fit
from intact.codec.lists import MOST_BYTES, read_list, shorten, write_list
from intact.codec.wire import decode, encode
from intact.errors import CodecError
from intact.model.fingerprint import Fingerprint
from intact.model.lists import ListDigest, marks
from intact.proto.v1 import fingerprint_pb2 as pb
from tests.intact.fingerprint.reading import read
from tests.strategies import list_digests


@given(list_digests())
def test_a_list_is_read_as_it_was_written(one: ListDigest) -> None:
    """But for a name that no wire could take."""
    message = pb.List()
    write_list(one, message)
    name = one.name.encode("utf-8", "replace").decode()
    assert read_list(message) == one._replace(name=name)


@pytest.mark.parametrize("length", [1, 2, 12, 100, 800, 16_384])
def test_a_history_keeps_its_chains_and_its_last_ids(length: int) -> None:
    """In at most 64 bytes, with tag and length."""
    ids = tuple(range(1 << 23, (1 << 23) + min(length, 256)))
    chain = (0xFFFFFF,) * len(marks(length))
    history = ListDigest(0xFFFFFFFF, length, chain, ids, 0xFFFFFF, True, "messages")
    other = history._replace(messages=False)
    (short,) = shorten((history, other))
    assert short.chain == chain
    assert short.ids == ids[len(ids) - len(short.ids) :]
    assert len(short.ids) >= min(length, 3)
    message = pb.Fingerprint()
    write_list(short, message.lists.add())
    assert MOST_BYTES - 9 <= message.ByteSize() <= MOST_BYTES or short.complete


def test_a_context_too_large_for_its_span_still_tells_its_history() -> None:
    """The first thing to go are ids of older messages and other lists."""
    words = ["lantern", "copper", "zebra", "kettle", "window", "garden"]
    chat = [
        {"role": "user", "content": f"The {words[n % 6]}{n} goes to {words[n % 5]}{n} on A-{n}00."}
        for n in range(120)
    ]
    whole = read({"chat": chat, "tags": ["A-1", "B-2"]})
    assert [one.name for one in whole.lists] == ["chat", "tags"]
    (history,) = decode(encode(whole)).lists
    assert (history.length, history.messages) == (120, True)
    assert history.chain == whole.lists[0].chain
    assert 0 < len(history.ids) < 120
    assert fit(whole, SMALLEST_LIMIT).lists == (history,)
    assert decode(encode(whole, limit=None)).lists == whole.lists


@given(st.binary(max_size=8), st.binary(max_size=8), st.integers(0, 2**32 - 1))
def test_what_is_no_list_is_refused(chain: bytes, ids: bytes, length: int) -> None:
    """Or read, when it could be one: never anything else."""
    message = pb.List(length=length, chain=chain, ids=ids)
    try:
        one = read_list(message)
    except CodecError:
        return
    assert len(one.chain) == len(marks(length))
    assert len(one.ids) <= length


def test_a_damaged_list_makes_the_fingerprint_unreadable() -> None:
    """A relation that was made up would be worse than none."""
    message = pb.Fingerprint(suite=1, key_id=b"kkkk")
    message.lists.add(length=3, chain=b"\x01\x02\x03")
    with pytest.raises(CodecError):
        decode(message.SerializeToString())
    assert decode(encode(Fingerprint(b"kkkk", 1))).lists == ()
