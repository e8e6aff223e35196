"""List digests as bytes: a `ListDigest` in, a `List` message out, and back.

A list costs some 20 bytes and 3 for each chain and each id. The main history of a context that
does not fit its span has at most `MOST_BYTES`: as many ids, of the last items, as there is room
for beside its chains.
"""

from __future__ import annotations

from intact.codec.columns import MAX_NAME_BYTES, name_bytes
from intact.errors import CodecError
from intact.model.lists import ListDigest, marks
from intact.proto.v1 import fingerprint_pb2 as pb

#: Of the main history, where room is scarce: tags and lengths included, for up to 16,384 items.
MOST_BYTES = 64

_WIDTH = 3
#: Tags, lengths, path, number of items, mark and total.
_FIXED = 24


def shorten(lists: tuple[ListDigest, ...]) -> tuple[ListDigest, ...]:
    """The main history alone, in at most `MOST_BYTES`."""
    if not lists:
        return ()
    main = lists[0]
    room = (MOST_BYTES - _FIXED) // _WIDTH - len(main.chain)
    ids = main.ids[max(0, len(main.ids) - max(0, room)) :] if room > 0 else ()
    return (main._replace(ids=ids, name=""),)


def write_list(one: ListDigest, message: pb.List) -> None:
    """Fill `message`.

    Raises:
        OverflowError, ValueError: If a number does not have its width.
    """
    message.path = one.path
    message.length = one.length
    message.messages = one.messages
    message.chain = _pack(one.chain)
    message.ids = _pack(one.ids)
    message.total = one.total
    message.name = name_bytes(one.name).decode()


def read_list(message: pb.List) -> ListDigest:
    """The list that a message holds.

    Raises:
        CodecError: If its numbers cannot be those of one list.
    """
    chain, ids = _unpack(message.chain), _unpack(message.ids)
    if len(chain) != len(marks(message.length)) or len(ids) > message.length:
        raise CodecError("a list whose digests are not those of its length")
    if len(message.name.encode()) > MAX_NAME_BYTES:
        raise CodecError("the name of a list is too long")
    return ListDigest(
        message.path, message.length, chain, ids, message.total, message.messages, message.name
    )


def _pack(numbers: tuple[int, ...]) -> bytes:
    return b"".join(number.to_bytes(_WIDTH, "little") for number in numbers)


def _unpack(data: bytes) -> tuple[int, ...]:
    if len(data) % _WIDTH:
        raise CodecError("a column of a list has a broken row")
    return tuple(
        int.from_bytes(data[at : at + _WIDTH], "little") for at in range(0, len(data), _WIDTH)
    )
