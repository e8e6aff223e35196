"""What two fingerprints say of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from intact.model.facts import Kind, Outcome


class Verdict(StrEnum):
    """The judgement on one handoff. ``NOT_MEASURED`` is a verdict: nothing could be known."""

    INTACT = "intact"
    DEGRADED = "degraded"
    LOST = "lost"
    NOT_MEASURED = "not_measured"


class Mode(StrEnum):
    """How control passed: for good, for a while, or back."""

    PASS_CONTROL = "pass_control"
    RETURN_TO_CALLER = "return_to_caller"
    RETURN = "return"


class Origin(StrEnum):
    """Whether the telemetry said that this is a handoff, or Intact concluded it."""

    DECLARED = "declared"
    INFERRED = "inferred"


class At(StrEnum):
    """Where on its way a fact was lost. Each loss is charged once."""

    SUMMARY = "summary"  # known, not sent
    TRANSPORT = "transport"  # sent, not received
    PROMPT = "prompt"  # in the receiver's state, not in its model call
    UNKNOWN = "unknown"  # what was sent could not be observed


class Reason(StrEnum):
    """Why a handoff, or one side of it, was not measured."""

    NOTHING_KNOWN = "nothing_known"  # the sender held no facts
    PROSE_ONLY = "prose_only"  # the sender held prose without a single named fact
    KNOWN_MISSING = "known_missing"  # what the sender held was not observed
    RECEIVED_MISSING = "received_missing"  # what the receiver was given was not observed
    CONTENT_OFF = "content_off"  # content capture is off
    REDACTED = "redacted"  # content was replaced by a mark
    ATTRIBUTE_CUT = "attribute_cut"  # a length limit cut an attribute
    ATTRIBUTES_DROPPED = "attributes_dropped"  # a count limit dropped attributes
    FOREIGN_KEY = "foreign_key"  # the two sides were hashed under different keys
    UNKNOWN_SUITE = "unknown_suite"  # hashed by a version this one does not know
    TOOLS_UNSEEN = "tools_unseen"  # tool results are left out of the messages; all facts are theirs
    UNREADABLE = "unreadable"  # a fingerprint or a content attribute could not be decoded
    UNDECIDED = "undecided"  # no fact could be decided from the samples


class Relation(StrEnum):
    """How a list that was received came from the one that was sent."""

    EQUAL = "equal"  # the same items in the same order
    APPENDED = "appended"  # all of them, in order and without gaps, and others around them
    WINDOW = "window"  # a part of them without gaps: the last ones, or nothing but a part
    REORDERED = "reordered"  # all of them, in another order
    REWRITTEN = "rewritten"  # anything else: items are missing, changed or new in the middle
    UNKNOWN = "unknown"  # what is known of the two lists cannot tell


@dataclass(frozen=True, slots=True)
class ListChange:
    """What became of a list as a list. Order alone is no loss: it never changes retention."""

    name: str  # its path; "" at the root, or where it must not show
    relation: Relation
    sent: int  # items that the sender had, system messages aside
    received: int | None  # items that the receiver was given; None where no list was found
    kept: int | None = None  # items of the sender among them; None where that cannot be told
    first: int | None = None  # of a window: how many items of the sender stood before it


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval around a share; equal bounds when nothing was sampled."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LostFact:
    """A fact that did not survive, by name: never by value."""

    fact: str
    kind: Kind
    outcome: Outcome
    at: At
    must_keep: bool = False


@dataclass(frozen=True, slots=True)
class AlikeFact:
    """A fact that counts as restated by its meaning alone, and how near the nearest thing is."""

    fact: str
    kind: Kind
    cosine: float  # estimated from codes of meaning, -1 to 1
    interval: Interval  # of the cosine


@dataclass(frozen=True, slots=True)
class Measurement:
    """What survived from one context to another.

    ``retention`` is the weighted share of the known facts that the receiver holds, 0..1, None
    when it was not measured. ``named_retention`` leaves prose out: verdicts are made on it.
    ``prose_retention`` is the share of the sender's prose that arrived, ``grounding`` the share of
    the receiver's that the sender knew. ``facts`` counts every outcome. ``history`` and ``lists``
    say what became of the order of things: they never change retention or verdict. ``weight`` and
    ``kept_weight`` let sessions pool handoffs.
    """

    verdict: Verdict
    reason: Reason | None = None
    retention: float | None = None
    interval: Interval | None = None
    named_retention: float | None = None
    named_interval: Interval | None = None
    prose_retention: float | None = None
    sent_received: float | None = None
    known_sent: float | None = None
    novelty: float | None = None
    grounding: float | None = None
    payload_bytes: int | None = None
    facts: Mapping[Outcome, int] = field(default_factory=dict)
    lost: tuple[LostFact, ...] = ()
    absent: tuple[str, ...] = ()  # must-keep facts that the sender never had
    history: ListChange | None = None  # the sender's longest conversation, where it had one
    lists: tuple[ListChange, ...] = ()  # other lists that both sides have
    alike: tuple[AlikeFact, ...] = ()  # restated by meaning: both sides have an embedder
    weight: float = 0.0
    kept_weight: float = 0.0
