"""The one place where this process's settings, key, fingerprinter and tracer meet.

Made lazily, on the first turn: importing the library reads no file, no variable, and opens
nothing. `use` replaces it when `configure` is called, and after that every turn sees the new one.
Works with the provider that the application set, whenever it sets it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Tracer, TracerProvider

from intact.codec.attributes import SCOPE
from intact.codec.derived import Derived
from intact.codec.disclose import Names, Rule, disclose
from intact.codec.wire import to_attribute
from intact.config import Settings, lenient
from intact.fingerprint import Aliases, Fingerprinter
from intact.model.fingerprint import Fingerprint
from intact.trace import health
from intact.trace.fingerprinters import Fingerprinters
from intact.trace.keyring import find_keys
from intact.trace.memory import Claims, Sessions

_lock = threading.RLock()

#: Settings that fingerprinters are made by.
_KEYED: Final = ("key", "key_file", "other_key", "other_key_file", "privacy", "redact", "embedder")


@dataclass(slots=True, eq=False)
class Runtime:
    """What all turns of this process share."""

    settings: Settings
    provider: TracerProvider | None = None  # None: whatever is the global one at the moment
    sessions: Sessions = field(default_factory=Sessions)
    claims: Claims = field(default_factory=Claims)
    rule: Rule = field(init=False)  # what may leave of a fingerprint
    disclosed: Derived[Fingerprint] = field(init=False)  # a fingerprint as it may leave
    encoded: Derived[tuple[str, int]] = field(init=False)  # the same as a span attribute
    _fingerprinters: Fingerprinters | None = None
    _aliases: Aliases | None = None
    _tracer: tuple[TracerProvider, Tracer] | None = None

    @property
    def enabled(self) -> bool:
        return not self.settings.disabled

    def __post_init__(self) -> None:
        self.rule = Rule(Names(self.settings.names), self.strict)
        rule = self.rule
        self.disclosed = Derived(lambda fingerprint: disclose(fingerprint, rule))
        self.encoded = Derived(lambda fingerprint: to_attribute(disclose(fingerprint, rule)))

    @property
    def strict(self) -> bool:
        """Whether each session has a key of its own, and little but hashes leaves."""
        return self.settings.privacy == "strict"

    def fingerprint(
        self,
        fingerprinter: Fingerprinter,
        context: object,
        must_keep: Sequence[str] = (),
        pruned: Sequence[tuple[str, str]] = (),
        aliases: Aliases | None = None,
    ) -> Fingerprint:
        """Fingerprint a context by these settings."""
        return fingerprinter.fingerprint(
            context,
            must_keep=must_keep,
            pruned=pruned,
            aliases=self.aliases if aliases is None else aliases,
        )

    @property
    def aliases(self) -> Aliases:
        """What paths are called besides, by these settings."""
        if self._aliases is None:
            try:
                self._aliases = Aliases(self.settings.aliases)
            except ValueError:  # of a variable: nobody is there to correct it
                health.mistake("aliases", "aliases are ignored: one is no path, or of two paths")
                self._aliases = Aliases({})
        return self._aliases

    def fingerprinters(self) -> Fingerprinters:
        """The fingerprinters of this process; the first call finds its keys."""
        if self._fingerprinters is None:
            with _lock:
                if self._fingerprinters is None:
                    self._fingerprinters = Fingerprinters(
                        find_keys(self.settings),
                        strict=self.strict,
                        redact=self.settings.redact,
                        embedder=self.settings.embedder,
                    )
        return self._fingerprinters

    def tracer(self) -> Tracer:
        provider = self.provider or trace.get_tracer_provider()
        if self._tracer is None or self._tracer[0] is not provider:
            self._tracer = (provider, provider.get_tracer(SCOPE, library_version()))
        return self._tracer[1]


_runtime: Runtime | None = None


def runtime() -> Runtime:
    """The runtime of this process."""
    return _runtime or _make()


def _make() -> Runtime:
    global _runtime
    with _lock:
        if _runtime is None:
            _runtime = Runtime(lenient())
        return _runtime


def use(settings: Settings, provider: TracerProvider | None = None) -> Runtime:
    """Work by these settings from now on; sessions and claimed handoffs stay known."""
    global _runtime
    with _lock:
        old = _runtime
        new = Runtime(settings, provider)
        if old is not None:
            new.sessions, new.claims = old.sessions, old.claims
            if all(getattr(old.settings, name) == getattr(settings, name) for name in _KEYED):
                new._fingerprinters = old._fingerprinters
        _runtime = new
        return new


def reset() -> None:
    """Forget everything, for tests."""
    global _runtime
    with _lock:
        _runtime = None


@cache
def library_version() -> str:
    """The version that stands on every span's scope."""
    try:
        return version("intact")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return ""


def _after_fork() -> None:
    """A thread of the parent may have held the lock when it forked."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
