"""Digests of a list's items go in, its `ListDigest` comes out.

An item's digest says what it holds and not where it stands, so it is made once per item and the
digest of a list costs one multiplication for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint.keys import exact_id
from intact.model.lists import EMPTY, PRIME, ListDigest, longer, marks

#: Ids of so many items are kept, the last ones. A span has room for fewer.
MOST_IDS = 256


def digest(items: Sequence[int], path: int, messages: bool, name: str) -> ListDigest:
    """A list by the 64-bit digests of its items."""
    ids = [exact_id(item) % PRIME for item in items]
    kept = set(marks(len(ids)))
    chains = []
    chain = EMPTY
    for count, item in enumerate(ids, start=1):
        chain = longer(chain, item)
        if count in kept:
            chains.append(chain)
    return ListDigest(
        path=path >> 32,
        length=len(ids),
        chain=tuple(chains),
        ids=tuple(ids[-MOST_IDS:]),
        total=sum(ids) % PRIME,
        messages=messages,
        name=name,
    )
