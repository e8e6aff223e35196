"""Content becomes fingerprints, and is gone.

In: a `NeutralSpan`, with content.  Out: a `ReducedSpan`, without. Nothing behind this door has
ever seen what users and agents said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Protocol

from intact.codec.derived import Derived
from intact.codec.disclose import Names, Rule, disclose
from intact.codec.packed import Packed, pack
from intact.fingerprint import Fingerprinter, Key
from intact.measure import union
from intact.model.fingerprint import Fingerprint, Limit
from intact.model.measurement import Reason
from intact_collector.model.span import Content, NeutralSpan, ReducedSpan, Side, SpanFacts


class Fingerprints(Protocol):
    """What `intact.fingerprint.Fingerprinter` does, under the collector's own key."""

    def fingerprint(self, context: object, /) -> Fingerprint: ...


@dataclass(frozen=True, slots=True)
class Discretion:
    """What of a content the operator keeps inside."""

    names: Names = Names.ALL
    redact: tuple[str, ...] = ()

    def fingerprints(self, key: Key) -> Fingerprints:
        """What makes fingerprints accordingly.

        Raises:
            ValueError: If a path of `redact` is none.
        """
        fingerprinter = Fingerprinter(key, redact=self.redact)
        rule = Rule(self.names)
        return _Unnamed(fingerprinter, rule) if rule.hides else fingerprinter


class _Unnamed:
    """Fingerprints without the names that a rule keeps inside: keys of a content may be content."""

    def __init__(self, fingerprinter: Fingerprints, rule: Rule) -> None:
        self._fingerprinter = fingerprinter
        self._disclosed = Derived(lambda fingerprint: disclose(fingerprint, rule))

    def fingerprint(self, context: object, /) -> Fingerprint:
        return self._disclosed(self._fingerprinter.fingerprint(context))


#: A prompt that is sent again is one fingerprint, and packed once.
_packed: Final = Derived(pack)

_SHARED = tuple(field.name for field in fields(SpanFacts))


def reduce(span: NeutralSpan, fingerprinter: Fingerprints) -> ReducedSpan:
    """Fingerprint the contents of a span, by side, and drop them.

    Native fingerprints are carried through; where a side has one, content of that side is not
    looked at. What could not be fingerprinted becomes a problem of the span, never an error.
    """
    shared: dict[str, Any] = {name: getattr(span, name) for name in _SHARED}
    reduced = ReducedSpan(**shared, fingerprints=_fingerprints(span, fingerprinter))
    if any(found.limits & Limit.ERROR for found in reduced.fingerprints.values()):
        return _with_problem(reduced, Reason.UNREADABLE)
    return reduced


def _fingerprints(span: NeutralSpan, fingerprinter: Fingerprints) -> Mapping[Side, Packed]:
    by_side: dict[Side, list[Fingerprint]] = {}
    for content in span.contents:
        if content.side not in span.fingerprints:
            made_of = by_side.setdefault(content.side, [])
            made_of.append(fingerprinter.fingerprint(_named(content)))
    made = {side: _packed(_merged(found)) for side, found in by_side.items()}
    return {**made, **span.fingerprints}


def _named(content: Content) -> object:
    """A tool's arguments or result in the shape of a message, so that facts are named after it."""
    if content.tool and content.side is Side.RESULT:
        return [{"type": "function_call_output", "name": content.tool, "output": content.context}]
    if content.tool and content.side is Side.ARGUMENTS:
        return [{"type": "function_call", "name": content.tool, "arguments": content.context}]
    return content.context


def _merged(found: list[Fingerprint]) -> Fingerprint:
    return found[0] if len(found) == 1 else union(found)


def _with_problem(span: ReducedSpan, reason: Reason) -> ReducedSpan:
    return span if reason in span.problems else replace(span, problems=(*span.problems, reason))
