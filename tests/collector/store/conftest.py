"""The two stores behind one face, so that both sit the same exam."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intact_collector.model.session import Session
from intact_collector.ports import Store
from intact_collector.store import MemoryStore, SqliteStore

NOW = 1_790_000_000.0

Make = Callable[..., Store]


def to_json(session: Session) -> bytes:
    """Stands in for the report: enough to tell sessions apart."""
    text = f'{{"session_id": "{session.session_id}", "end": {session.end}}}'
    return text.encode("utf-8", "replace")


def open_sqlite(path: Path, now: float = NOW, **more: int) -> SqliteStore:
    return SqliteStore(path, to_json=to_json, version="0.1.0", now=now, **more)


class Rig:
    """A store that can be closed and opened again; the one in memory just goes on."""

    def __init__(self, kind: str, path: Path, **more: int) -> None:
        self._kind, self._path, self._more = kind, path, more
        self.store: Store = self._open(NOW)

    def reopen(self, now: float = NOW + 1000) -> Store:
        if self._kind == "sqlite":
            self.store.close()
            self.store = self._open(now)
        return self.store

    def _open(self, now: float) -> Store:
        if self._kind == "sqlite":
            return open_sqlite(self._path, now, **self._more)
        return MemoryStore(to_json=to_json, version="0.1.0", now=now, **self._more)


@pytest.fixture(params=["memory", "sqlite"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(request.param, tmp_path / "data")
    yield made
    made.store.close()


@pytest.fixture(params=["memory", "sqlite"])
def small_outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(request.param, tmp_path / "data", outbox_limit=2)
    yield made
    made.store.close()


@pytest.fixture(params=["memory", "sqlite"])
def no_outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(request.param, tmp_path / "data", outbox_limit=0)
    yield made
    made.store.close()


#: A child process begins with this: the repository on its path, and a store at argv[1].
CHILD = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pathlib import Path
from intact_collector.store import SqliteStore
from tests.collector.effects import settled, span
def open_store(path=sys.argv[1]):
    return SqliteStore(
        Path(path), to_json=lambda session: b"{{}}", version="0.1.0", now=1790000000.0
    )
"""


def child(body: str, path: Path) -> list[str]:
    """The command of a child process that runs `body`."""
    return [sys.executable, "-c", CHILD + body, str(path)]
