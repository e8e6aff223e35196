"""Durable memory of one collector: the journal, totals, events to deliver, closed sessions.

In: reduced spans, effects of `pipeline.step`, its frozen state. Out: the same after a crash.
`SqliteStore` keeps them in a data directory that one collector owns, `MemoryStore` in memory; both
pass one exam. Neither ever sees content: spans arrive here reduced.
"""

from intact_collector.store.memory import MemoryStore
from intact_collector.store.sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore"]
