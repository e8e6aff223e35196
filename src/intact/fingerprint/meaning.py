"""Texts and an embedder go in, codes come out: sign bits under the key.

An embedder is any function from texts to vectors. Of a vector leave only the signs of its products
with 128 planes, whose entries are +1 and -1 drawn from the key: two codes differ in a share of
their bits that is the angle between the vectors over pi (Charikar, *Similarity estimation
techniques from rounding algorithms*, 2002; signs for Gaussians: Achlioptas, *Database-friendly
random projections*, 2003). Who does not hold the key cannot make the code of a guess.

Codes are remembered by value id, so that a text is embedded once; the texts themselves are not.
They are only as reproducible as the embedder: all else in a fingerprint does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from intact.fingerprint.keys import Key, value_id
from intact.fingerprint.records import TextRecord, Utterance
from intact.model.facts import Fact, Flag, Kind
from intact.model.meaning import BITS, Code, Meaning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from intact.fingerprint.text import TextReader

#: Texts to one vector each: an array, or what numpy makes one of, of shape (texts, dimensions).
Embedder = Callable[[list[str]], "ArrayLike"]

#: Its code stands in every fingerprint: where two differ, the models or the keys do.
PROBE: Final = "The customer asked for a refund because the parcel arrived damaged."

_MOST_CODES = 192  # of one context: more never leave in a span
_PHRASE = 4  # words with content
_BATCH = 32
_MOST_CHARACTERS = 2_000  # of one text that an embedder is given
_REMEMBERED = 8_192
_BLOCK = 512  # bits of one digest


class Coder:
    """Makes codes with one embedder under one key. Safe to share between threads.

    Args:
        key: The key of the fingerprints that the codes are for.
        embed: The embedder; called with at most 32 texts at a time.
        trouble: Told a fixed word, and the exception where there is one, when the embedder
            fails: facts then have no codes.
    """

    def __init__(
        self,
        key: Key,
        embed: Embedder,
        trouble: Callable[[str, Exception | None], None],
    ) -> None:
        self._key = key
        self._embed = embed
        self._trouble = trouble
        self._planes: NDArray[np.float64] | None = None
        self._probe: int | None = None
        self._codes: dict[int, Code] = {}

    def unheard(self, text: str, record: TextRecord, reader: TextReader) -> dict[int, Utterance]:
        """What of a text has no code yet, by value id."""
        values = {found.value for found in record.found[record.values :]}
        leaf = record.leaf
        if leaf is not None and is_phrase(leaf.kind, leaf.tokens):
            whole = {value_id(leaf.hashed)}
            values = values - whole if is_title(text) else values | whole
        if all(value in self._codes for value in values):
            return {}
        said = reader.utterances(text)
        # A phrase that holds a place has the value of that place's usual name: no code then.
        return {value: said[value] for value in values & said.keys() if value not in self._codes}

    def of(
        self, facts: Iterable[Fact], heard: Mapping[int, Utterance]
    ) -> tuple[Meaning | None, bool]:
        """The meaning of some facts.

        Args:
            facts: All facts of a context. Prose and phrases have a meaning; typed values do not,
                and neither does what a tool returned or what means something only with its key.
            heard: The words of those that have no code yet.

        Returns:
            The meaning, and whether it is all of it: False when the embedder failed.
        """
        chosen = nsmallest(_MOST_CODES, {fact.value for fact in facts if _has_meaning(fact)})
        missing = {
            value: heard[value] for value in chosen if value not in self._codes and value in heard
        }
        if missing or self._probe is None:
            self.learn(missing)
        if self._probe is None:
            return None, not chosen
        codes = [self._codes[value] for value in chosen if value in self._codes]
        meaning = Meaning(self._probe, tuple(codes)) if codes else None
        return meaning, all(value in self._codes for value in missing)

    def learn(self, missing: Mapping[int, Utterance]) -> None:
        """Embed what is missing, and remember the codes. Never raises."""
        values = list(missing)
        try:
            if self._probe is None:
                self._probe = self._bits([PROBE])[0]
            for at in range(0, len(values), _BATCH):
                batch = values[at : at + _BATCH]
                texts = [missing[value].text[:_MOST_CHARACTERS] for value in batch]
                for value, bits in zip(batch, self._bits(texts), strict=True):
                    self._remember(value, bits, missing[value])
        except _Unusable as error:
            self._trouble(str(error), None)
        except Exception as error:  # the user's own code, or a model that cannot be loaded
            self._trouble("embedder_failed", error)

    def _remember(self, value: int, bits: int | None, said: Utterance) -> None:
        if len(self._codes) >= _REMEMBERED:
            self._codes.clear()
        if bits is not None:
            self._codes[value] = Code(value, bits, said.values, said.negated)

    def _bits(self, texts: list[str]) -> list[int | None]:
        """The sign bits of each text; None of one that the embedder knows nothing of."""
        import numpy as np

        vectors = np.asarray(self._embed(texts), dtype=np.float64)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1]:
            raise _Unusable("embedder_shape")
        if not np.isfinite(vectors).all():
            raise _Unusable("embedder_not_finite")
        if self._planes is None:
            self._planes = planes(self._key, vectors.shape[1])
        if self._planes.shape[1] != vectors.shape[1]:
            raise _Unusable("embedder_shape")
        signs = np.packbits(vectors @ self._planes.T > 0, axis=1)
        return [
            int.from_bytes(row.tobytes(), "big") if vector.any() else None
            for row, vector in zip(signs, vectors, strict=True)
        ]


class _Unusable(Exception):
    """What an embedder gave back is of no use; the message is a fixed word."""


def planes(key: Key, dimensions: int) -> NDArray[np.float64]:
    """The planes of a key: shape (`BITS`, dimensions), entries +1 and -1.

    Entry d of plane p is the sign of bit d of a stream: the digests of blake2b under the key over
    p and the number of the digest, 16 bits each, big endian.
    """
    import numpy as np

    blocks = -(-dimensions // _BLOCK)
    stream = b"".join(
        blake2b(
            plane.to_bytes(2, "big") + block.to_bytes(2, "big"),
            key=key.secret,
            digest_size=_BLOCK // 8,
            person=b"intact planes",
        ).digest()
        for plane in range(BITS)
        for block in range(blocks)
    )
    bits = np.unpackbits(np.frombuffer(stream, np.uint8)).reshape(BITS, blocks * _BLOCK)
    signs: NDArray[np.float64] = bits[:, :dimensions].astype(np.float64) * 2 - 1
    return signs


def is_phrase(kind: Kind, tokens: tuple[int, ...]) -> bool:
    """Whether a short string says something.

    One of few words names something, and names that are near in meaning (San Francisco, Los
    Angeles) are not the same.
    """
    return kind is Kind.TEXT and len(set(tokens)) >= _PHRASE


def is_title(text: str) -> bool:
    """Whether most words of a string are capitalised: it names something, at whatever length.

    >>> is_title("Best Western Plus Toronto North"), is_title("The parcel came to Toronto")
    (True, False)
    """
    words = [word for word in text.split() if word[0].isalpha()]
    return 2 * sum(word[0].isupper() for word in words) > len(words)


def _has_meaning(fact: Fact) -> bool:
    if fact.flags & (Flag.TOOL | Flag.LOW_ENTROPY):
        return False
    return fact.kind is Kind.SENTENCE or is_phrase(fact.kind, fact.tokens)
