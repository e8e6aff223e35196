"""The key, and the keyed hash that everything in a fingerprint is made with.

Every hash is blake2b with a secret key, over all of the value. Faster ones would not do: one known
short word gives the seed of a seeded xxh3 back, and a plain xxh3 in front of the keyed hash would
let whoever writes a long text write a second one with the same hash, so that putting one in the
place of the other would pass for `kept`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

_VOCABULARY = 1 << 16  # tokens that are remembered, of at most so many characters:
_LONGEST = 64
_MASK = 0xFFFFFFFFFFFFFFFF

#: Separates the kind of a token from its text, so that no word is ever equal to a number.
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Key:
    """A project's secret. Only fingerprints made under one key can be compared.

    Args:
        secret: 16 to 64 bytes.

    Raises:
        ValueError: If the secret is too short to be one, or longer than the hash takes.
    """

    secret: bytes = field(repr=False)
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        if not 16 <= len(self.secret) <= 64:
            raise ValueError("a key has 16 to 64 bytes")
        identity = blake2b(self.secret, digest_size=4, person=b"intact key id").digest()
        object.__setattr__(self, "id", identity)

    def for_session(self, session: str) -> Key:
        """The key of one session: under two of them no hash of a value is the same.

        Whoever holds the project's key can make it again, nobody else can tell which sessions
        share a project.
        """
        name = session.encode("utf-8", "surrogatepass")
        secret = blake2b(name, key=self.secret, digest_size=32, person=b"intact session")
        return Key(secret.digest())


class Hasher(dict[str, int]):
    """Token -> 64-bit keyed hash, remembering the vocabulary: up to 65,536 short tokens.

    Safe to share between threads: the worst a race can do is to hash a token twice.
    """

    __slots__ = ("_mix", "_seed")

    def __init__(self, key: Key) -> None:
        super().__init__()
        self._seed = blake2b(key=key.secret, digest_size=8, person=b"intact facts")
        pair = blake2b(key=key.secret, digest_size=16, person=b"intact mix").digest()
        self._mix = (
            int.from_bytes(pair[:8], "big") | 1,
            int.from_bytes(pair[8:], "big") | 1,
        )

    def __missing__(self, token: str) -> int:
        value = self.bytes(token.encode("utf-8", "surrogatepass"))
        if len(token) <= _LONGEST:
            if len(self) >= _VOCABULARY:
                self.clear()
            self[token] = value
        return value

    def bytes(self, data: bytes) -> int:
        """Hash bytes, without remembering them."""
        state = self._seed.copy()
        state.update(data)
        return int.from_bytes(state.digest(), "big")

    def pair(self, left: int, right: int) -> int:
        """Combine two hashes, in order; invertible, and no secret of its own.

        Who collects enough bigrams may find out which hashed words they join. What the words are
        stays behind the keyed hash.
        """
        first, second = self._mix
        if not left:  # the root, and whatever begins anew
            return (right * second) & _MASK
        return ((((left * first) & _MASK) ^ right) * second) & _MASK

    def open(self, left: int) -> int:
        """The half of `pair` that needs the left hash alone, for `pairs`."""
        return (left * self._mix[0]) & _MASK

    def pairs(self, opened: Iterable[int], right: Iterable[int]) -> list[int]:
        """`token_id` of the `pair` of each two, the left one opened: many at once."""
        second = self._mix[1]
        both = zip(opened, right, strict=False)
        return [((left ^ other) * second & _MASK) >> 32 for left, other in both]


def value_id(hashed: int) -> int:
    """The 40 bits of a hash that name a value."""
    return hashed >> 24


def token_id(hashed: int) -> int:
    """The 32 bits of a hash that a sketch holds: the first 32 of its `value_id`."""
    return hashed >> 32


def exact_id(hashed: int) -> int:
    """The 24 bits of a hash that tell two ways of writing one value apart."""
    return hashed >> 40
