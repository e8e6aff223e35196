"""Short ways to make fingerprints in tests and to look at them."""

from __future__ import annotations

from intact.codec.disclose import Names, Rule, disclose
from intact.fingerprint import Fingerprinter, Key
from intact.model.facts import Fact
from intact.model.fingerprint import Fingerprint

#: The key of every fingerprint in tests; golden vectors are made with it.
KEY = Key(b"the key of the tests of Intact..")


def fresh() -> Fingerprinter:
    """A fingerprinter that has seen nothing yet."""
    return Fingerprinter(KEY)


SHARED = fresh()


def read(context: object, *must_keep: str, names: bool = True) -> Fingerprint:
    """The fingerprint of a context."""
    fingerprint = SHARED.fingerprint(context, must_keep=must_keep)
    return fingerprint if names else disclose(fingerprint, Rule(Names.DECLARED))


def kinds(context: object) -> dict[str, str]:
    """Name of each fact of a context -> its kind."""
    return {fact.name: fact.kind.label for fact in read(context).facts}


def facts(context: object) -> dict[str, Fact]:
    """Each fact of a context by its name."""
    return {fact.name: fact for fact in read(context).facts}


def value_of(text: str) -> int:
    """The value id of a string that stands under a key."""
    (fact,) = read({"value": text}).facts
    return fact.value
