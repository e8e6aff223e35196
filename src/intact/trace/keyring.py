"""Where keys come from: a setting, a file, or one file per user that is made on first need.

In: `Settings`.  Out: a `Keyring`. Nothing is read or written before the first fingerprint.
Processes that start at once agree on one key: the file appears whole or not at all, under its
final name, and whoever comes second reads the first one's.
"""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from intact.config import Settings
from intact.errors import KeyFileError
from intact.fingerprint import Key
from intact.trace import health

_log = logging.getLogger("intact")

_HEX = frozenset("0123456789abcdefABCDEF")
_SHORT = 16  # characters, below which a key may be guessed
_LONGEST_FILE = 1 << 16


class Keyring:
    """The key that this process fingerprints under, and another one while keys change."""

    def __init__(self, own: Key, other: Key | None = None) -> None:
        self.own = own
        self._by_id = {key.id: key for key in (own, other) if key is not None}

    def by_id(self, key_id: bytes | None) -> Key:
        """The key of this id; for None and ids that nobody here has, the own one."""
        return self.own if key_id is None else self._by_id.get(key_id, self.own)

    def held(self, key_id: bytes | None) -> bytes | None:
        """The id, if its key is here."""
        return key_id if key_id in self._by_id else None


def find_keys(settings: Settings) -> Keyring:
    """The keys of this process. Never raises: without the other one, it works with its own."""
    return Keyring(find_key(settings), _other(settings))


def _other(settings: Settings) -> Key | None:
    if settings.other_key is not None:
        return key_from_text(settings.other_key)
    if settings.other_key_file is None:
        return None
    try:
        return _guarded(_read, settings.other_key_file)
    except KeyFileError as error:
        _log.warning(
            "intact: the other key cannot be used (%s: %s). Handoffs under it are not measured",
            settings.other_key_file,
            error.strerror,
        )
        return None


def find_key(settings: Settings) -> Key:
    """The key of this process. Never raises: the last resort is a key for this process alone."""
    if settings.key is not None:
        return key_from_text(settings.key)
    path = settings.key_file
    try:
        path = path or user_key_file()
        return read_or_make(path)
    except (OSError, RuntimeError) as error:  # RuntimeError: no home at all
        _log.warning(
            "intact: no key can be kept (%s: %s). Fingerprints of this process compare with no"
            " other process: set INTACT_KEY, or INTACT_KEY_FILE to a file that can be written",
            path or "no home directory",
            getattr(error, "strerror", None) or type(error).__name__,
        )
        return Key(os.urandom(32))


def key_from_text(text: str) -> Key:
    """A key from any text.

    64 hexadecimal digits are the 32 bytes that they spell; any other text is hashed to 32 bytes,
    so a weak text makes a weak key: a short one is warned of.
    """
    stripped = text.strip()
    if len(stripped) == 64 and _HEX.issuperset(stripped):
        return Key(bytes.fromhex(stripped))
    if len(stripped) < _SHORT:
        health.mistake(
            "short_key",
            f"the key has fewer than {_SHORT} characters: whoever guesses it can test guesses of"
            " content. Take the output of `openssl rand -hex 32`",
        )
    return Key(blake2b(stripped.encode(), digest_size=32, person=b"intact key text").digest())


def user_key_file() -> Path:
    """The file that all processes of this user share."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "intact" / "key"
    state = os.environ.get("XDG_STATE_HOME")
    base = Path(state) if state else Path.home() / ".local" / "state"
    return base / "intact" / "key"


def read_or_make(path: Path) -> Key:
    """Read a key file; make it when it is missing.

    Raises:
        KeyFileError: If it can neither be read nor made, or is empty.
    """

    def read(path: Path) -> Key:
        try:
            return _read(path)
        except FileNotFoundError:
            return _make(path)

    return _guarded(read, path)


def _guarded(use: Callable[[Path], Key], path: Path) -> Key:
    try:
        return use(path)
    except KeyFileError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        message = getattr(error, "strerror", None) or "it is no text"
        raise KeyFileError(getattr(error, "errno", None), message, str(path)) from None


def _read(path: Path) -> Key:
    with path.open("rb") as file:
        raw = file.read(_LONGEST_FILE + 1)
        _warn_of_readers(path, os.fstat(file.fileno()))
    if len(raw) > _LONGEST_FILE:
        raise KeyFileError(None, "the key file is too large to be a key", str(path))
    text = raw.decode("utf-8").strip()
    if not text:
        raise KeyFileError(None, "the key file is empty: delete it or write a key", str(path))
    return key_from_text(text)


def _warn_of_readers(path: Path, found: os.stat_result) -> None:
    """A key that others can read, or have written, is no secret from them."""
    if not stat.S_ISREG(found.st_mode) or not hasattr(os, "getuid"):
        return
    if found.st_uid not in (0, os.getuid()):
        health.mistake("key_file_owner", f"the key file {path} belongs to another user")
    elif found.st_mode & 0o077:
        health.mistake(
            "key_file_mode",
            f"the key file {path} is open to other users (mode {stat.S_IMODE(found.st_mode):04o}):"
            " chmod 600",
        )


def _make(path: Path) -> Key:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(os.urandom(32).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename this fails when another process was first
        except FileExistsError:
            return _read(path)
    finally:
        draft.unlink(missing_ok=True)
    _log.warning(
        "intact: made the key %s, shared by all processes of this user. Several machines need"
        " one INTACT_KEY",
        path,
    )
    return _read(path)
