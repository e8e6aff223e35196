"""What a fingerprint tells of meaning: for a sentence some sign bits of its embedding.

Optional, and only comparable within one model and one key: a fingerprint carries the code of one
fixed sentence as well, its *probe*. Where two probes differ, the models or the keys do, and codes
say nothing of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

#: Sign bits of one code.
BITS: Final = 128

#: At most so many typed values of a sentence stand beside its code.
MOST_VALUES: Final = 4


class Code(NamedTuple):
    """The meaning of one fact, and what no embedding tells reliably: its values and negation."""

    value: int  # 40 bits: the value id of the fact that it is the meaning of
    bits: int  # `BITS` of them
    values: tuple[int, ...] = ()  # 32-bit tokens of the typed values in it, `MOST_VALUES` at most
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """The codes of one context, in ascending order of their value ids."""

    probe: int
    codes: tuple[Code, ...] = ()
