"""Where the key comes from: a setting, a file, or one file per user that is made on first need.

In: `Settings`.  Out: a `Key`. Nothing is read or written before the first fingerprint.
Processes that start at once agree on one key: the file appears whole or not at all, under its
final name, and whoever comes second reads the first one's.
"""

from __future__ import annotations

import logging
import os
import sys
from hashlib import blake2b
from pathlib import Path

from intact.config import Settings
from intact.errors import KeyFileError
from intact.fingerprint import Key

_log = logging.getLogger("intact")

_HEX = frozenset("0123456789abcdefABCDEF")


def find_key(settings: Settings) -> Key:
    """The key of this process. Never raises: the last resort is a key for this process alone."""
    if settings.key is not None:
        return key_from_text(settings.key)
    try:
        return read_or_make(settings.key_file or user_key_file())
    except OSError as error:
        _log.warning(
            "intact: no key can be kept (%s). Fingerprints of this process compare with no other"
            " process: set INTACT_KEY, or INTACT_KEY_FILE to a file that can be written",
            error.strerror or type(error).__name__,
        )
        return Key(os.urandom(32))


def key_from_text(text: str) -> Key:
    """A key from any text.

    64 hexadecimal digits are the 32 bytes that they spell; any other text is hashed to 32 bytes,
    so a weak text makes a weak key.
    """
    stripped = text.strip()
    if len(stripped) == 64 and _HEX.issuperset(stripped):
        return Key(bytes.fromhex(stripped))
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
    try:
        try:
            return _read(path)
        except FileNotFoundError:
            return _make(path)
    except KeyFileError:
        raise
    except (OSError, RuntimeError, UnicodeDecodeError) as error:  # RuntimeError: no home at all
        message = getattr(error, "strerror", None) or type(error).__name__
        raise KeyFileError(getattr(error, "errno", None), message, str(path)) from None


def _read(path: Path) -> Key:
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise KeyFileError(None, "the key file is empty: delete it or write a key", str(path))
    return key_from_text(text)


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
