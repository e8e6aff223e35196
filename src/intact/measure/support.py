"""How much of one fact a receiver holds: the graded side of an outcome.

**Support**, 0..1, of a fact in a context: 1 for a value that was found, however it is written; of
a text or a sentence that was not found as a whole, the share of its tokens that were,
``|T ∩ R| / |T|``; 0 where nothing of it was found. None where it cannot be known.

An outcome says *that* a fact survived; support orders facts by how sure that is, so it is what a
threshold could be set on, and what labelled data judges. It misleads for texts of common words,
which a long prompt holds anyhow, and it is blind to the order of words. Of a typed value there is
no half: 6:15 is not partly 6:30.
"""

from __future__ import annotations

from typing import NamedTuple

from intact.model.facts import Outcome


class Finding(NamedTuple):
    """What became of one fact, and how much of it the receiver holds."""

    outcome: Outcome
    support: float | None


class Sight(NamedTuple):
    """A fact looked for outside its own place; no outcome means that it is not there."""

    outcome: Outcome | None
    support: float | None


NOWHERE = Sight(None, 0.0)
