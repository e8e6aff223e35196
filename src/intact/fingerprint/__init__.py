"""A context goes in, a `Fingerprint` comes out.

`Fingerprinter` walks any Python state (or a list of LLM messages), turns leaves and text into
facts under one key, and never raises: what it could not read stands in `Fingerprint.limits`.
This room knows nothing of spans, of the wire, or of what fingerprints are compared for.

    keys       the key and the keyed hash
    walk       any Python object -> leaves with paths
    messages   the message shapes of LLM APIs -> one shape
    typed      text -> dates, times, amounts, ids, names as canonical tokens
    text       text -> tokens, bigrams, sentences
    build      all of it -> Fingerprint
"""

from intact.fingerprint.build import Fingerprinter, Settings
from intact.fingerprint.keys import Key

__all__ = ["Fingerprinter", "Key", "Settings"]
