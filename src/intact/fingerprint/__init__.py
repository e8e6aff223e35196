"""A context goes in, a `Fingerprint` comes out.

`Fingerprinter` walks any Python state (or a list of LLM messages), turns leaves and text into
facts under one key, and never raises: what it could not read stands in `Fingerprint.limits`.
This room knows nothing of spans, of the wire, or of what fingerprints are compared for.

    keys       the key and the keyed hash
    unfold     any Python value -> what it is made of
    messages   the message shapes of LLM APIs -> one shape
    paths      declared paths, and what of a path may be shown
    aliases    what paths are called besides
    chunks     text -> the pieces that typed values are made of
    dates, quantities, identifiers
               pieces -> one kind of typed value each, as canonical tokens
    stems      words -> what their inflections share
    languages  the words that carry them, as data
    typed      text -> its typed values: all of the above
    tokens     what of a text is hashed, and in which form
    pieces     what stands between two spaces -> all that is known of it
    pairs      text -> values behind their keys
    records    what a string says, in hashes
    text       text -> its record: words, bigrams, typed values, sentences
    meaning    texts and an embedder -> codes of their meaning, where one is set
    lists      digests of items -> the digest of a list
    table      facts as they are found -> Fingerprint
    lists      the items of a list -> its digest
    budget     how much of a context is read
    memory     what was worked out before, in so many bytes
    digest     a context -> digests by which it, or its beginning, is found again
    history    what was read of conversations, by such digests
    walk       a context -> what goes into the table
    build      all of it: the Fingerprinter and its caches
    frozen     a context -> bytes that have its fingerprint, for later
"""

from intact.fingerprint.aliases import Aliases
from intact.fingerprint.budget import Limits
from intact.fingerprint.build import Fingerprinter
from intact.fingerprint.frozen import freeze, thaw
from intact.fingerprint.keys import Key
from intact.fingerprint.meaning import Coder

__all__ = ["Aliases", "Coder", "Fingerprinter", "Key", "Limits", "freeze", "thaw"]
