"""The collector's own key: what it hashes the content of foreign spans with.

Made once per data directory, readable by its owner alone. Without it old and new fingerprints of
this collector cannot be compared, so it lives and dies with the journal. Telemetry that is
fingerprinted already, by the library, does not need it.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from intact.fingerprint import Key
from intact_collector.errors import StoreError

_FILE = "key"
_BYTES = 32


def own_key(directory: Path) -> Key:
    """Read the key of a data directory, or make one. The caller owns the directory.

    Raises:
        StoreError: The file is no key, or cannot be read or written.
    """
    path = directory / _FILE
    try:
        if not path.exists():
            _make(path)
        return Key(bytes.fromhex(path.read_text("ascii")))
    except ValueError:
        raise StoreError(
            f"{path} is not a key of this collector: put the right one back, or remove it; "
            "sessions that are open now will then not be measured across the change"
        ) from None
    except OSError as error:
        raise StoreError(
            f"the key {path} cannot be used ({error.strerror}): make it readable for this user, "
            "or choose another data directory with --data"
        ) from None


def _make(path: Path) -> None:
    # Written beside and renamed: a crash leaves either no key or a whole one.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
