"""Fingerprints of two sides go in, a `Measurement` comes out.

    union        several fingerprints of one agent -> what it knew
    known        the same in time order: what an agent changed or moved itself counts as it is now
    containment  how much of one token sample stands in another, with its interval
    outcome      what became of each fact
    lists        what became of histories and other lists as lists
    documents    what became of a long text
    retention    the weighted share that survived, with its interval
    verdict      the judgement
    handoff      all of it for one handoff

Everything here is a pure function. Nothing is known of spans, sessions or frameworks.
"""

from intact.measure.handoff import compare, measure
from intact.measure.union import IncomparableError, union
from intact.measure.verdict import Thresholds

__all__ = ["IncomparableError", "Thresholds", "compare", "measure", "union"]
