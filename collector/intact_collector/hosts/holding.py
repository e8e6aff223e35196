"""What a data directory holds, while no collector uses it.

In: the directory. Out: its sessions as documents, open ones as they stood. Nothing is counted,
closed or written down: the next collector finds what the last one left.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from intact_collector import pipeline
from intact_collector.errors import UnreadableFile
from intact_collector.report import document, to_bytes
from intact_collector.report.document import own_version
from intact_collector.store import SqliteStore

_PAGE = 500


def held(directory: Path, settings: pipeline.Settings | None = None) -> list[Mapping[str, Any]]:
    """Every session, open ones first.

    Raises:
        UnreadableFile: No collector ever used this directory.
        StoreError: A collector is using it now, or it cannot be read.
    """
    if not (directory / "intact.db").is_file():
        raise UnreadableFile(
            f"{directory} is not the data directory of a collector: `intact serve` prints its own"
        )
    waits = settings or pipeline.Settings()
    store = SqliteStore(directory, to_json=to_bytes, version=own_version(), now=time.time())
    try:
        state = pipeline.restore(store.frozen(), store.journal(), waits)
        sessions: list[Mapping[str, Any]] = [
            document(one) for one in pipeline.report(state, time.time(), waits)
        ]
        offset = 0
        while page := store.sessions(_PAGE, offset):
            sessions += [orjson.loads(one) for one in page]
            offset += len(page)
        return sessions
    finally:
        store.close()
