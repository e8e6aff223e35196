"""A measurement that was frozen is the one that was measured."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact.model.facts import Kind, Outcome
from intact.model.measurement import (
    AlikeFact,
    At,
    Interval,
    ListChange,
    LostFact,
    Measurement,
    Reason,
    Relation,
    Verdict,
)
from intact_collector.sessions.frozen import _measurement, _read_measurement

SHARE = st.floats(0, 1)
NAME = st.text(max_size=8)
COUNT = st.integers(0, 1000)
INTERVAL = st.builds(Interval, SHARE, SHARE)
CHANGE = st.builds(
    ListChange,
    NAME,
    st.sampled_from(Relation),
    COUNT,
    st.none() | COUNT,
    st.none() | COUNT,
    st.none() | COUNT,
)
LOST = st.builds(
    LostFact,
    NAME,
    st.sampled_from(Kind),
    st.sampled_from(Outcome),
    st.sampled_from(At),
    st.booleans(),
)
ALIKE = st.builds(AlikeFact, NAME, st.sampled_from(Kind), st.floats(-1, 1), INTERVAL)


@given(
    st.builds(
        Measurement,
        verdict=st.sampled_from(Verdict),
        reason=st.none() | st.sampled_from(Reason),
        retention=st.none() | SHARE,
        interval=st.none() | INTERVAL,
        named_retention=st.none() | SHARE,
        named_interval=st.none() | INTERVAL,
        prose_retention=st.none() | SHARE,
        sent_received=st.none() | SHARE,
        known_sent=st.none() | SHARE,
        novelty=st.none() | SHARE,
        grounding=st.none() | SHARE,
        payload_bytes=st.none() | COUNT,
        facts=st.dictionaries(st.sampled_from(Outcome), COUNT),
        lost=st.lists(LOST, max_size=3).map(tuple),
        absent=st.lists(NAME, max_size=3).map(tuple),
        history=st.none() | CHANGE,
        lists=st.lists(CHANGE, max_size=2).map(tuple),
        alike=st.lists(ALIKE, max_size=2).map(tuple),
        weight=SHARE,
        kept_weight=SHARE,
    )
)
def test_every_measurement_is_read_back(measured: Measurement) -> None:
    """Whatever it holds."""
    assert _read_measurement(_measurement(measured)) == measured
