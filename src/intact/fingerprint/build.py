"""`Fingerprinter`: one context in, one `Fingerprint` out, whatever the context is.

Equal contexts that were seen before are recognised by one serialisation and one hash of it,
conversations by their beginning, and strings by a dictionary look-up: a growing state costs what is
new in it. All that is remembered is bounded in bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intact.fingerprint.aliases import NONE, Aliases
from intact.fingerprint.budget import Limits
from intact.fingerprint.digest import Digest, digest_of
from intact.fingerprint.history import Histories
from intact.fingerprint.keys import Hasher, Key
from intact.fingerprint.meaning import Coder
from intact.fingerprint.memory import Memory
from intact.fingerprint.paths import PathPattern, Redaction
from intact.fingerprint.table import FactTable
from intact.fingerprint.text import TextReader
from intact.fingerprint.walk import Shared, Walk, is_mutation
from intact.model.fingerprint import Fingerprint, Limit

_ROOM = 16 << 20  # bytes of whole fingerprints
_DEFAULT = Limits()
_TRIES = 3  # to read a context that another thread changes meanwhile


class Fingerprinter:
    """Makes fingerprints under one key.

    Output depends on the key and the context alone: the same bytes in every process. Holds
    caches (records of strings, fingerprints, and beginnings of conversations; 64 MB in all at
    most), never the context itself. Safe to
    share between threads.

    >>> fingerprinter = Fingerprinter(Key(b"sixteen bytes or more"))
    >>> [fact.name for fact in fingerprinter.fingerprint({"order": {"id": "A-1042"}}).facts]
    ['order.id']
    """

    def __init__(
        self,
        key: Key,
        limits: Limits = _DEFAULT,
        *,
        path_key: Key | None = None,
        redact: Sequence[str] = (),
        coder: Coder | None = None,
    ) -> None:
        """Make one.

        Args:
            key: What values and words are hashed under.
            limits: How much of a context is read.
            path_key: What paths are hashed under, when that is another key.
            redact: Paths of which nothing is read, wherever in a context they begin.
            coder: Adds what sentences mean; made under the same key.

        Raises:
            ValueError: If a path of `redact` is none.
        """
        self.key = key
        hasher = Hasher(key)
        self._redact = tuple(redact)
        self._shared = Shared(
            hasher,
            hasher if path_key is None else Hasher(path_key),
            TextReader(hasher),
            {},
            {},
            Histories(),
            limits,
            Redaction(redact),
            hasher.bytes(b"seen"),
            coder,
        )
        self._seen: Memory[tuple[bytes, object], Fingerprint] = Memory(_ROOM)

    def fingerprint(
        self,
        context: object,
        *,
        must_keep: Sequence[str] = (),
        pruned: Sequence[tuple[str, str]] = (),
        aliases: Aliases = NONE,
    ) -> Fingerprint:
        """Fingerprint a context. Never raises: `Fingerprint.limits` says what went wrong.

        Args:
            context: Any Python value; a list of LLM messages, or a state that holds one.
            must_keep: Paths of facts that have to survive.
            pruned: (path, reason) of what was dropped on purpose; carried along.
            aliases: What paths are called besides, also those above.

        The result has all names: what of it may leave the process is for `codec.disclose`.

        Costs about one JSON serialisation when the context was seen before, otherwise some
        10 microseconds per new short string and 1 per new word.
        """
        digest = digest_of(context, self._shared.seed)
        wanted = (tuple(must_keep), tuple(pruned), aliases)
        if digest is not None:
            known = self._seen.get((digest.whole, wanted))
            if known is not None:
                return known
        if aliases:
            must_keep = [aliases.rename(path) for path in must_keep]
            pruned = [(aliases.rename(path), reason) for path, reason in pruned]
        patterns = [pattern for pattern in map(_pattern, must_keep) if pattern is not None]
        table, walk, limits = self._walk(context, patterns, aliases, digest)
        for _ in range(_TRIES - 1):
            if not limits & Limit.MUTATED:
                break
            digest = digest_of(context, self._shared.seed)
            table, walk, limits = self._walk(context, patterns, aliases, digest)
        absent = tuple(path for path in must_keep if not table.met(path))
        limits |= walk.budget.limit
        size = walk.budget.size
        if digest is not None and not limits & Limit.REDACTED:
            size = digest.size  # the size of what was redacted would tell of it
        fingerprint = table.fingerprint(self.key.id, tuple(pruned), absent, size, limits)
        whole = not limits & (Limit.MUTATED | Limit.ERROR)
        if self._shared.coder is not None:
            meaning, coded = self._shared.coder.of(fingerprint.facts, walk.heard)
            fingerprint, whole = replace(fingerprint, meaning=meaning), whole and coded
        if digest is not None and whole:
            self._seen.put((digest.whole, wanted), fingerprint, _room(fingerprint))
        return fingerprint

    def _walk(
        self,
        context: object,
        patterns: Sequence[PathPattern],
        aliases: Aliases,
        digest: Digest | None,
    ) -> tuple[FactTable, Walk, Limit]:
        """Walk once, as far as it goes."""
        table = FactTable(self._shared.hasher, patterns)
        wanted = (tuple(pattern.text for pattern in patterns), aliases)
        shared = self._shared
        if aliases and self._redact:  # what is redacted may lie below an alias
            paths = (*self._redact, *map(aliases.rename, self._redact))
            shared = shared._replace(redaction=Redaction(paths))
        walk = Walk(table, shared, aliases, wanted, {} if digest is None else digest.lists)
        try:
            walk.visit_root(context)
        except RuntimeError as error:
            return table, walk, Limit.MUTATED if is_mutation(error) else Limit.ERROR
        except Exception:  # of our own, or nested too deep for the stack: take what was read
            return table, walk, Limit.ERROR
        return table, walk, Limit.NONE


def _pattern(path: str) -> PathPattern | None:
    """The pattern of a declared path; None for what is no path: nothing is ever found there."""
    try:
        return PathPattern(path)
    except ValueError:
        return None


def _room(fingerprint: Fingerprint) -> int:
    """About how many bytes of memory a fingerprint takes."""
    tokens = fingerprint.words.total + fingerprint.bigrams.total
    return 1_000 + 400 * len(fingerprint.facts) + 80 * tokens
