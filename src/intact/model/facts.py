"""Facts: the smallest named parts of a context, as hashes.

A fact never holds its value. It holds a *path id* (where it stood), a *value id* (the keyed
hash of its canonical value: ``6:15 pm`` and ``18:15`` share one), an *exact id* (the keyed hash
of how it was written) and a few token hashes, by which it can be found again inside a text.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final, NamedTuple


class Kind(IntEnum):
    """What sort of value a fact is. The numbers are on the wire: never reuse one."""

    TEXT = 0  # a short string of a state
    NUMBER = 1
    BOOLEAN = 2
    ID = 3
    AMOUNT = 4
    PERCENT = 5
    DATE = 6
    TIME = 7
    DATETIME = 8
    DURATION = 9
    EMAIL = 10
    URL = 11
    PHONE = 12
    NAME = 13  # a proper name or an acronym found in prose
    OPAQUE = 14  # bytes, arrays: one digest of the whole
    SENTENCE = 15  # prose
    DOCUMENT = 16  # a long text of a state as a whole: prose

    __hash__ = int.__hash__  # that of an Enum is a call of Python, and kinds are looked up a lot

    @property
    def label(self) -> str:
        """The word for it in reports and fact names: ``amount``, ``sentence``, …"""
        return self.name.lower()


#: Kinds that are prose: reported, of low weight, never deciding a verdict alone.
PROSE = frozenset({Kind.SENTENCE, Kind.DOCUMENT, Kind.NAME})

#: Prose that is sampled by itself, since there may be any amount of it.
LONG_PROSE = frozenset({Kind.SENTENCE, Kind.DOCUMENT})

#: Kinds with a canonical form of their own: two notations of one value are one value.
TYPED = frozenset(
    {
        Kind.NUMBER,
        Kind.ID,
        Kind.AMOUNT,
        Kind.PERCENT,
        Kind.DATE,
        Kind.TIME,
        Kind.DATETIME,
        Kind.DURATION,
        Kind.EMAIL,
        Kind.URL,
        Kind.PHONE,
    }
)


class Flag:
    """Marks on a fact, as bits of an int. The numbers are on the wire: never reuse one.

    Plain ints, since operators of `enum.IntFlag` are Python calls, and every fact of every
    measurement is tested for some of these.
    """

    NONE: Final = 0
    MUST_KEEP: Final = 1  # declared: it has to survive
    STATE: Final = 2  # a leaf of a state, addressed by its path (else: found in a text)
    LOW_ENTROPY: Final = 4  # true, 3, "open": means something only together with its key
    TOOL: Final = 8  # came out of a tool
    NEGATED: Final = 16  # stands in a negated clause
    DECLARED: Final = 32  # named by the developer, so its name may be shown always
    SYSTEM: Final = 64  # stood in system instructions: received, never the sender's to hand over
    PRUNED: Final = 128  # will be dropped on purpose; said here where its name must not show


class Outcome(StrEnum):
    """What became of a fact between the two sides of a handoff."""

    KEPT = "kept"
    RESTATED = "restated"
    TRUNCATED = "truncated"
    ALTERED = "altered"
    DROPPED = "dropped"
    PRUNED = "pruned"
    REACQUIRED = "reacquired"
    UNDECIDED = "undecided"
    ADDED = "added"


#: Outcomes that are losses, and that ``lost`` lists.
LOSSES = frozenset({Outcome.DROPPED, Outcome.ALTERED, Outcome.TRUNCATED})


class Fact(NamedTuple):
    """One fact of a fingerprint. A tuple, since a session holds many thousands of them."""

    path: int  # 32 bits: keyed hash of the path without list indexes
    value: int  # 40 bits: keyed hash of the canonical value
    exact: int  # 24 bits: keyed hash of the value as written
    kind: Kind
    flags: int = Flag.NONE  # bits of `Flag`
    # How often it stood in the context, at most 255. (Hides tuple.count, which nobody needs.)
    count: int = 1  # type: ignore[assignment]
    tokens: tuple[int, ...] = ()  # 32-bit hashes by which a text is searched for it: 12 at most
    name: str = ""  # "order.id", "user[0]/amount[0]"; "" where it did not fit or must not show


def under(name: str, path: str) -> bool:
    """Whether a fact's name is a path or lies below it.

    >>> under("order.id", "order"), under("orders", "order")
    (True, False)
    """
    return name == path or (name.startswith(path) and name[len(path)] in ".[/")
