"""Bearer tokens: who is calling, and whether it has used up its share.

In: lines ``NAME TOKEN [BYTES/s]`` and the ``Authorization`` of a request. Out: a `Caller`, or None.
Tokens are kept as SHA-256 digests and compared all of them, each in constant time, so that neither
a dump of the process nor the time of an answer tells one. Names, never tokens, stand in messages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from intact.errors import ConfigError
from intact_collector.config import values

#: Shorter tokens can be guessed.
SHORTEST = 16

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class Caller:
    """Somebody with a token. Owned by the event loop.

    ``rate`` bytes a second may be sent in the long run, and as much at once as in ten seconds.
    """

    __slots__ = ("_credit", "_since", "name", "rate")

    #: Seconds of the rate that may be used at once.
    BURST = 10.0

    def __init__(self, name: str, rate: int | None = None) -> None:
        self.name = name
        self.rate = rate
        self._credit = 0.0 if rate is None else rate * self.BURST
        self._since: float | None = None

    def wait(self, now: float) -> float:
        """Seconds from ``now`` until there is credit; 0 when there is some.

        Any credit lets a request in, however large it is, since its size may not be known before
        it was read. It then takes longer until the next one is let in.
        """
        self._earn(now)
        return 0.0 if self.rate is None or self._credit > 0 else (1 - self._credit) / self.rate

    def spend(self, size: int, now: float) -> None:
        """Use up ``size`` bytes at ``now``, in seconds of any clock that only goes forward."""
        self._earn(now)
        self._credit -= size

    def _earn(self, now: float) -> None:
        if self.rate is not None and self._since is not None:
            earned = max(0.0, now - self._since) * self.rate
            self._credit = min(self.rate * self.BURST, self._credit + earned)
        self._since = now


class Tokens:
    """The tokens that are valid now.

    >>> tokens = Tokens.of(["checkout 4f9c2d71a85b4e07 10MiB"])
    >>> tokens.caller("Bearer 4f9c2d71a85b4e07").name
    'checkout'
    >>> tokens.caller("Bearer guess") is None
    True
    """

    def __init__(self, callers: dict[bytes, Caller]) -> None:
        self._callers = callers

    @classmethod
    def of(cls, lines: Iterable[str], place: str = "tokens") -> Tokens:
        """Read lines; empty ones and those that begin with ``#`` are left out.

        Raises:
            ConfigError: A line is no token, or two are the same; all mistakes are named.
        """
        callers: dict[bytes, Caller] = {}
        mistakes: list[str] = []
        for number, line in _said(lines):
            try:
                digest, caller = _read(line)
            except ValueError as wrong:
                mistakes.append(f"line {number} of {place} {wrong}")
                continue
            if digest in callers:
                mistakes.append(f"line {number} of {place} repeats the token of an earlier one")
            callers[digest] = caller
        if not callers and not mistakes:
            mistakes.append(f"{place} holds no token: write lines of NAME TOKEN [BYTES a second]")
        if mistakes:
            raise ConfigError("\n  ".join(["tokens are wrong:", *mistakes]))
        return cls(callers)

    @classmethod
    def from_file(cls, path: Path) -> Tokens:
        """Read a file that only its owner, and perhaps its group, may read.

        Raises:
            ConfigError: It cannot be read, everybody may read it, or a line is wrong.
        """
        try:
            everybody = path.stat().st_mode & 0o007
            text = path.read_text("utf-8")
        except OSError as error:
            raise ConfigError(f"tokens_file {path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise ConfigError(f"tokens_file {path} is not UTF-8 text") from None
        if everybody:
            raise ConfigError(f"tokens_file {path} is open to everybody: chmod 600 {path}")
        return cls.of(text.splitlines(), f"tokens_file {path}")

    def caller(self, authorization: str | None) -> Caller | None:
        """Who sent this ``Authorization``: ``Bearer TOKEN``, or ``Basic`` with it as password.

        The second form is what browsers can do.
        """
        token = _token_of(authorization or "")
        if token is None:
            return None
        digest, found = _digest(token), None
        for known, caller in self._callers.items():  # all of them, whichever it is
            if hmac.compare_digest(known, digest):
                found = caller
        return found


def _said(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()


def _read(line: str) -> tuple[bytes, Caller]:
    words = line.split()
    if len(words) not in (2, 3):
        raise ValueError("is not NAME TOKEN [BYTES a second]")
    name, token = words[:2]
    if _NAME.fullmatch(name) is None:
        raise ValueError("has a name of other than letters, digits, '.', '_' and '-'")
    if len(token) < SHORTEST or _TOKEN.fullmatch(token) is None:
        raise ValueError(
            f"({name}) has a token of fewer than {SHORTEST} characters, or with characters that"
            " no header can carry; for example the output of: openssl rand -hex 32"
        )
    try:
        rate = values.SIZE.read(words[2]) if len(words) == 3 else None
    except ValueError:
        raise ValueError(f"({name}) has no size after its token; for example 10MiB") from None
    return _digest(token), Caller(name, rate)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _token_of(authorization: str) -> str | None:
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return None
    try:
        said = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return said.partition(":")[2]
