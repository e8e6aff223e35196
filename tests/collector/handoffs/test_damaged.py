"""Recorded runs that lost nothing, damaged on their way: nothing is lost by that.

What a limit cut, what a count dropped, what never arrived may have been there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from intact.fingerprint import Fingerprinter
from intact.measure import measure
from intact.model.measurement import Measurement, Mode, Verdict
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.unseen import with_unseen
from intact_collector.handoffs import observe
from intact_collector.reduce import reduce
from intact_collector.sessions.turns import assemble_turns
from tests.golden import recordings, summaries

_VERDICT = re.compile(r"^  \S.* -> .*: (\w+)(?: \(\w+\))?$", re.MULTILINE)

Damage = Callable[[Sequence[RawSpan]], Sequence[RawSpan]]


def cut(longest: int) -> Damage:
    """``OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT``."""

    def short(value: object) -> object:
        return value[:longest] if isinstance(value, str) else value

    return lambda spans: [
        replace(span, attributes={key: short(value) for key, value in span.attributes.items()})
        for span in spans
    ]


def dropped(most: int) -> Damage:
    """``OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT``: the oldest attributes go first."""
    return lambda spans: [
        replace(
            span,
            attributes=dict(list(span.attributes.items())[-most:]),
            dropped_attributes=max(0, len(span.attributes) - most),
        )
        for span in spans
    ]


def missing(seed: int) -> Damage:
    """One span in eight never arrived."""
    chance = random.Random(seed)
    return lambda spans: [span for span in spans if chance.random() > 0.125]


DAMAGES: dict[str, Damage] = {
    **{f"cut at {longest}": cut(longest) for longest in (64, 256, 512, 1024)},
    **{f"{most} attributes": dropped(most) for most in (8, 16, 48)},
    **{f"spans missing, {seed}": missing(seed) for seed in range(3)},
}


def measured(spans: Sequence[RawSpan]) -> Iterator[tuple[Mode, Measurement]]:
    """Every handoff of each session."""
    fingerprinter = Fingerprinter(recordings.KEY)
    read = [found for span in spans if (found := recordings.read(span)) is not None]
    reduced = [reduce(part, fingerprinter) for one in read for part in with_unseen(one)]
    for group in recordings.by_session(tuple(reduced)):
        for edge, evidence in observe(assemble_turns(group), group):
            yield edge.mode, measure(evidence)


def lost_nothing(name: str) -> bool:
    """Whether control passed in a run, and all of its handoffs are intact, by its summary."""
    text = (summaries.FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return "pass_control" in text and set(_VERDICT.findall(text)) == {"intact"}


@pytest.mark.parametrize("name", [*filter(lost_nothing, summaries.NAMES)])
def test_damage_is_no_loss(name: str) -> None:
    """The verdict may become that nothing can be known."""
    for damage, done in DAMAGES.items():
        for mode, one in measured(done(recordings.raw(name))):
            known = one.verdict in (Verdict.INTACT, Verdict.NOT_MEASURED)
            assert known or mode is not Mode.PASS_CONTROL, (damage, one.lost)
