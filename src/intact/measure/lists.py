"""What became of a list as a list: two `ListDigest`s go in, a `ListChange` comes out.

Order says how a history was handled, not whether a fact survived: it never changes retention.

    equal      the same items in the same order
    appended   all of them, in order and without gaps, and others around them
    window     a part of them without gaps: the last ones, or nothing but a part
    reordered  all of them, in another order
    rewritten  anything else: items are missing, changed or new in the middle
    unknown    the digests cannot tell

Where both sides have the ids of all items, these are compared as they are. Longer lists are told
apart by chains and by the ids of their last items, and are `unknown` where those do not suffice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from intact.model.lists import BASE, EMPTY, PRIME, ListDigest
from intact.model.measurement import ListChange, Relation


def list_changes(
    known: Sequence[ListDigest], received: Sequence[ListDigest]
) -> tuple[ListChange | None, tuple[ListChange, ...]]:
    """What became of the sender's history, and of its other lists.

    The history is the longest conversation of a side, wherever it stands; other lists are
    compared with the one at the same path, else with the one that has most of their last items.
    None where the sender had no history; `unknown` where the receiver shows none, since it may
    have been folded into a text.
    """
    theirs = {one.path: one for one in received}
    history = next((one for one in known if one.messages), None)
    others = [one for one in known if one is not history]
    left = [one for one in received if one.path not in {each.path for each in known}]
    changes = []
    for one in others:
        there = theirs.get(one.path) or _moved(one, left)
        if there is not None:
            changes.append(_change(one, there))
    if history is None:
        return None, tuple(changes)
    longest = next((one for one in received if one.messages), None)
    return _change(history, theirs.get(history.path, longest)), tuple(changes)


def _moved(sent: ListDigest, received: Sequence[ListDigest]) -> ListDigest | None:
    """The list that has most of the items whose ids are known; None when none has any."""
    shared = [len({*sent.ids} & {*one.ids}) for one in received]
    return received[shared.index(max(shared))] if any(shared) else None


def _change(sent: ListDigest, received: ListDigest | None) -> ListChange:
    if received is None:
        return ListChange(sent.name, Relation.UNKNOWN, sent.length, None)
    relation, kept, first = relate(sent, received)
    return ListChange(sent.name, relation, sent.length, received.length, kept, first)


#: The relation, how many of the sent items are there, and the place of the first one of a window.
Related = tuple[Relation, int | None, int | None]

_REWRITTEN: Related = (Relation.REWRITTEN, None, None)
_UNKNOWN: Related = (Relation.UNKNOWN, None, None)


def relate(sent: ListDigest, received: ListDigest) -> Related:
    """How the received list came from the sent one.

    Costs some microseconds, and for two complete lists at most a multiplication of their lengths.
    """
    if (sent.length, sent.whole) == (received.length, received.whole):
        return Relation.EQUAL, sent.length, None
    if sent.complete and received.complete:
        return _by_ids(sent.ids, received.ids)
    return _by_chains(sent, received)


def _by_ids(sent: Sequence[int], received: Sequence[int]) -> Related:
    kept = (Counter(sent) & Counter(received)).total()
    if kept == len(sent):
        if _find(sent, received) is not None:
            return Relation.APPENDED, kept, None
        between = _in_order(sent, received)
        return Relation.REWRITTEN if between else Relation.REORDERED, kept, None
    before = len(sent) - kept
    if kept and _find(sent[before:], received) is not None:
        return Relation.WINDOW, kept, before
    if kept and kept == len(received):
        part = _find(received, sent)
        if part is not None:
            return Relation.WINDOW, kept, part
    return Relation.REWRITTEN, kept, None


def _find(part: Sequence[int], whole: Sequence[int]) -> int | None:
    """Where a part first stands in a whole without gaps."""
    places = range(len(whole) - len(part) + 1)
    return next((at for at in places if whole[at : at + len(part)] == part), None)


def _in_order(sent: Sequence[int], received: Iterable[int]) -> bool:
    """Whether all sent items are there in their order, with others between them."""
    rest = iter(received)
    return all(item in rest for item in sent)


def _by_chains(sent: ListDigest, received: ListDigest) -> Related:
    """The same where some ids are not known: only what chains and last ids prove."""
    here, there = sent.chains(), received.chains()
    more = received.length - sent.length
    if more > 0 and there.get(sent.length) == sent.whole:
        return Relation.APPENDED, sent.length, None
    if more < 0 and here.get(received.length) == received.whole:
        return Relation.WINDOW, received.length, 0
    if 0 <= more <= len(received.ids):
        new = sum(received.ids[len(received.ids) - more :])
        if (received.total - new - sent.total) % PRIME == 0:
            return Relation.REORDERED, sent.length, None
    return _by_end(sent, received, here, there)


def _by_end(
    sent: ListDigest, received: ListDigest, here: Mapping[int, int], there: Mapping[int, int]
) -> Related:
    """Lists that are neither whole in each other: is the end of the sent one there?"""
    same_start = here.get(1) == there.get(1)
    after, run = _last_run(sent.ids, received.ids)
    until = received.length - after  # how many stand there up to the last sent item
    before = sent.length - run
    if not run:
        settled = {sent.length, received.length} & (here.keys() & there.keys())
        return _REWRITTEN if same_start and settled else _UNKNOWN
    if run == until:
        return Relation.WINDOW, run, before
    if same_start:
        return _REWRITTEN
    if run < min(len(sent.ids), len(received.ids) - after):
        return Relation.WINDOW, run, before
    if until >= sent.length:
        return _UNKNOWN
    before = sent.length - until
    power = pow(BASE, until, PRIME)
    whole = ((here.get(before, 0) - EMPTY) * power + there[until]) % PRIME
    proven = before in here and whole == sent.whole
    return Relation.WINDOW, until if proven else None, before if proven else None


def _last_run(sent: Sequence[int], received: Sequence[int]) -> tuple[int, int]:
    """How many items stand behind the last sent one, and how many before it are in their places.

    Of several places the one with the longest run, then the last.
    """
    best, behind = 0, 0
    for after in range(len(received) if sent else 0):
        if received[-1 - after] != sent[-1]:
            continue
        pairs = zip(reversed(sent), reversed(received[: len(received) - after]), strict=False)
        run = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if run > best:
            best, behind = run, after
    return behind, best
