"""`Fingerprinter`: one context in, one `Fingerprint` out, whatever the context is.

Equal contexts that were seen before are recognised by one serialisation and one hash of it, and
strings that were seen before by a dictionary look-up: a growing state costs what is new in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import xxhash

from intact.fingerprint.aliases import NONE, Aliases
from intact.fingerprint.keys import Hasher, Key
from intact.fingerprint.paths import PathPattern, Redaction
from intact.fingerprint.table import FactTable
from intact.fingerprint.text import TextReader
from intact.fingerprint.unfold import Fields, Items, key_text, unfold
from intact.fingerprint.walk import Limits, PathCache, Walk, is_mutation
from intact.model.fingerprint import Fingerprint, Limit

_REMEMBERED = 256  # fingerprints of whole contexts
_DUMP = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
_DEFAULT = Limits()
_TRIES = 3  # to read a context that another thread changes meanwhile


class Fingerprinter:
    """Makes fingerprints under one key.

    Output depends on the key and the context alone: the same bytes in every process. Holds
    caches (records of strings, up to 256 whole fingerprints), never the context itself. Safe to
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
    ) -> None:
        """Make one.

        Args:
            key: What values and words are hashed under.
            limits: How much of a context is read.
            path_key: What paths are hashed under, when that is another key.
            redact: Paths of which nothing is read, wherever in a context they begin.

        Raises:
            ValueError: If a path of `redact` is none.
        """
        self.key = key
        self._limits = limits
        self._redaction = Redaction(redact)
        self._hasher = Hasher(key)
        self._path_hasher = self._hasher if path_key is None else Hasher(path_key)
        self._reader = TextReader(self._hasher)
        self._paths: PathCache = {}
        self._seen: dict[tuple[bytes, object], Fingerprint] = {}
        # Seeded, so that nobody can write a context that is taken for another one seen before.
        self._seed = self._hasher.bytes(b"seen")

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
        seen, size = self._digest(context)
        wanted = (tuple(must_keep), tuple(pruned), aliases)
        if seen is not None:
            known = self._seen.get((seen, wanted))
            if known is not None:
                return known
        if aliases:
            must_keep = [aliases.rename(path) for path in must_keep]
            pruned = [(aliases.rename(path), reason) for path, reason in pruned]
        fingerprint = self._read(context, must_keep, tuple(pruned), aliases, size)
        if seen is not None and not fingerprint.limits & (Limit.MUTATED | Limit.ERROR):
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[seen, wanted] = fingerprint
        return fingerprint

    def _digest(self, context: object) -> tuple[bytes | None, int]:
        """A digest of the context that is good enough to find it again in this process."""
        try:
            data = orjson.dumps(context, option=_DUMP, default=_plain)
        except Exception:  # unserialisable, cyclic, too deep, changed meanwhile: walked instead
            return None, 0
        return xxhash.xxh3_128_digest(data, self._seed), len(data)

    def _read(
        self,
        context: object,
        must_keep: Sequence[str],
        pruned: tuple[tuple[str, str], ...],
        aliases: Aliases,
        size: int,
    ) -> Fingerprint:
        patterns = [pattern for pattern in map(_pattern, must_keep) if pattern is not None]
        table, walk, limits = self._walk(context, patterns, aliases)
        for _ in range(_TRIES - 1):
            if not limits & Limit.MUTATED:
                break
            table, walk, limits = self._walk(context, patterns, aliases)
        absent = tuple(path for path in must_keep if not table.met(path))
        limit = walk.limit | limits
        if not size or limit & Limit.REDACTED:  # the size of what was redacted would tell of it
            size = walk.size
        return table.fingerprint(self.key.id, pruned, absent, size, limit)

    def _walk(
        self, context: object, patterns: Sequence[PathPattern], aliases: Aliases
    ) -> tuple[FactTable, Walk, Limit]:
        """Walk once, as far as it goes."""
        table = FactTable(self._hasher, patterns)
        walk = Walk(
            table,
            self._hasher,
            self._path_hasher,
            self._reader,
            self._paths,
            aliases,
            self._limits,
            self._redaction,
        )
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


def _plain(value: object) -> object:
    """What orjson cannot serialise, as something it can: the way it is walked, too."""
    unfolded = unfold(value)
    if isinstance(unfolded, Fields):
        return {key_text(key): item for key, item in unfolded.items}
    if isinstance(unfolded, Items):
        return list(unfolded.items)
    if unfolded is None or isinstance(unfolded, (str, bool, int, float)):
        return unfolded
    raise TypeError
