"""The immutable mapping behind the state, against a plain dict."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.sessions.table import Table

writes = st.lists(st.tuples(st.integers(0, 200), st.integers() | st.none()), max_size=60)


@given(st.lists(writes, max_size=6))
def test_every_version_stays_what_it_was(batches: list[list[tuple[int, int | None]]]) -> None:
    """Writing (or, with None, deleting) makes a new table; the old ones answer as before."""
    table = Table[int, int]()
    versions: list[tuple[Table[int, int], dict[int, int]]] = [(table, {})]
    for batch in batches:
        draft, oracle = versions[-1][0].draft(), dict(versions[-1][1])
        for key, value in batch:
            if value is not None:
                draft[key] = oracle[key] = value
            elif key in oracle:
                del draft[key], oracle[key]
            assert draft.get(key) == oracle.get(key)
        versions.append((draft.done(), oracle))
        draft[999] = 1  # whoever goes on writing does not reach what was handed out
    for version, oracle in versions:
        assert dict(version.items()) == oracle
        assert set(version) == set(oracle)
        assert len(version) == len(oracle)
        assert all(key in version and version[key] == value for key, value in oracle.items())
