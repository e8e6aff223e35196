"""Everything that was observed about one handoff, ready to be measured."""

from __future__ import annotations

from dataclasses import dataclass

from intact.model.facts import Fact
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sides of one handoff. ``None`` and ``()`` mean "not observed", never "empty"."""

    known: tuple[Fingerprint, ...]
    """What the sender was given and made, in time order: of two values at one path of a state
    the later one is the sender's own update and supersedes the earlier."""

    received: Fingerprint | None
    """What the receiver was given: its first model call where there is one."""

    sent: Fingerprint | None = None
    """What was passed on, where that is observable."""

    state: Fingerprint | None = None
    """The structured state the receiver was given, where its model call decides instead."""

    looked_up_before: tuple[Fingerprint, ...] = ()
    """Results of tools that the receiver ran before its first model call."""

    looked_up_after: tuple[Fingerprint, ...] = ()
    """Results of tools that the receiver ran after it."""

    must_keep: tuple[Fact, ...] = ()
    """Facts that were declared must-keep earlier in the session."""

    pruned: tuple[str, ...] = ()
    """Paths that the sender declared as dropped on purpose."""

    problems: tuple[Reason, ...] = ()
    """Why a side above is missing or cannot be trusted; the first one becomes the reason."""
