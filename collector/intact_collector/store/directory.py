"""The data directory: made, guarded, owned by one collector at a time.

In: a path. Out: a directory that may be written, and a lock that is held until `release`, or until
the process is gone, however it went. What lies in the directory is left to `sqlite`.

The lock is `flock` on a file that names the owner's process id. The id is for messages only: the
kernel drops the lock of a process that was killed, so there is no stale lock to clean up.
"""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

from intact_collector.errors import StoreError

_LOCK = "lock"


def prepare(path: Path) -> None:
    """Make the directory, for its owner's eyes only, or say why it cannot be used."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            _tighten(path)
    except OSError as error:
        raise _unusable(path, error) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise StoreError(
            f"the data directory {path} cannot be written by this user: "
            "change its owner, or choose another with --data"
        )


def lock(path: Path) -> int:
    """Take the directory for this process; the handle is given back to `release`."""
    try:
        handle = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        os.close(handle)
        raise StoreError(
            f"the data directory {path} is in use by another collector "
            f"(pid {owner or 'unknown'}): stop it, or choose another directory with --data"
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def release(handle: int) -> None:
    """Let the next collector in. The file stays: removing it would let two in at once."""
    os.close(handle)


def private(path: Path) -> None:
    """Make sure that the file exists and nobody else reads it, before anything is written."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, 0o600)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unusable(path.parent, error) from None


def _tighten(path: Path) -> None:
    # Only an empty directory of our own becomes private: `--data /tmp` must not lock out others.
    state = path.stat()
    ours = state.st_uid == os.geteuid() and not state.st_mode & stat.S_ISVTX
    if ours and stat.S_ISDIR(state.st_mode) and not any(path.iterdir()):
        path.chmod(0o700)


def _unusable(path: Path, error: OSError) -> StoreError:
    reason = (error.strerror or type(error).__name__).lower()
    return StoreError(
        f"the data directory {path} cannot be used ({reason}): "
        "make it writable for this user, or choose another with --data"
    )
