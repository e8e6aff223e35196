"""How much of one fact a receiver holds: the graded side of an outcome.

**Support**, 0..1, of a fact in a context: 1 for a value that was found, however it is written; of
a text or a sentence that was not found as a whole, the share of its tokens that were,
``|T ∩ R| / |T|``; 0 where nothing of it was found. None where it cannot be known.

An outcome says *that* a fact survived; support orders facts by how sure that is, so it is what a
threshold could be set on, and what labelled data judges. It misleads for texts of common words,
which a long prompt holds anyhow, and it is blind to the order of words. Of a typed value there is
no half: 6:15 is not partly 6:30.

Where both sides carry codes of meaning, what words leave open is filled by likeness: with s the
support by words and a how far the likeness lies above chance, support is ``1 - (1 - s)(1 - a)``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from intact.measure.likeness import Likeness
from intact.model.facts import Outcome
from intact.model.fingerprint import Sketch


class Finding(NamedTuple):
    """What became of one fact, and how much of it the receiver holds."""

    outcome: Outcome
    support: float | None
    likeness: Likeness | None = None  # where it counts as restated by its meaning alone


class Sight(NamedTuple):
    """A fact looked for outside its own place; no outcome means that it is not there."""

    outcome: Outcome | None
    support: float | None


NOWHERE = Sight(None, 0.0)


class LookUp(NamedTuple):
    """How many tokens were sought, how many of them the sample would show, how many it holds."""

    sought: int
    shown: int
    found: int

    @property
    def share(self) -> float:
        """The share that was found, of those that would be."""
        return self.found / self.shown if self.shown else 0.0

    @property
    def least(self) -> float:
        """The share that is there if no other token is."""
        return self.found / self.sought

    @property
    def most(self) -> float:
        """The share that is there if every token is that the sample does not show."""
        return (self.found + self.sought - self.shown) / self.sought


def look_up(tokens: Sequence[int], sketch: Sketch, taken: Collection[int] = ()) -> LookUp:
    """Seek tokens in a sketch; those that were `taken` are not found."""
    shown = [token for token in tokens if token < sketch.threshold]
    found = sum(sketch.holds(token) and token not in taken for token in shown)
    return LookUp(len(tokens), len(shown), found)
