"""What only the store on disk can get wrong: crashes, owners, rights, corruption, full disks."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from intact_collector.errors import StoreError
from intact_collector.store import schema
from tests.collector.effects import closed, settled, span
from tests.collector.store.conftest import NOW, child, open_sqlite


def handoffs(store: object) -> float:
    series = store.series()  # type: ignore[attr-defined]
    return sum(one.total for one in series if one.metric == "intact.handoffs")


# Crashes


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path):
    """Killed in the middle of writing: every append that returned is there."""
    body = """
store, number = open_store(), 0
while True:
    store.append([span(number * 3 + i) for i in range(3)], 1.0)
    print(number, flush=True)
    number += 1
"""
    acknowledged = _kill_after(child(body, tmp_path), lines=25)
    store = open_sqlite(tmp_path)
    found = {one.key for one, _ in store.journal()}
    store.close()
    assert found >= {span(number).key for number in range(3 * (acknowledged + 1))}


def test_totals_and_frozen_state_agree_after_a_kill(tmp_path: Path):
    """They are one transaction: whatever was reached, both have reached it."""
    body = """
store, number = open_store(), 0
while True:
    number += 1
    store.apply([settled(number)], str(number).encode(), 1.0)
    print(number, flush=True)
"""
    acknowledged = _kill_after(child(body, tmp_path), lines=25)
    store = open_sqlite(tmp_path)
    reached = int(store.frozen())
    assert reached >= acknowledged
    assert handoffs(store) == reached == len(store.events(10_000))
    # The pipeline repeats what it is not sure of; what was counted is not counted again.
    store.apply([settled(number) for number in range(1, reached + 2)], b"", NOW)
    assert handoffs(store) == reached + 1
    store.close()


def _kill_after(command: list[str], lines: int) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = [int(process.stdout.readline()) for _ in range(lines)][-1]
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()  # acknowledged before the signal came through
        process.wait()
    return int(rest[-1]) if rest else last


# Owners


def test_a_second_collector_is_refused_and_told_who_the_first_is(tmp_path: Path):
    """In this process or another; afterwards the first goes on as if nothing was."""
    store = open_sqlite(tmp_path)
    with pytest.raises(StoreError, match=rf"in use by another collector \(pid {os.getpid()}\)"):
        open_sqlite(tmp_path)
    refused = subprocess.run(child("open_store()", tmp_path), capture_output=True, text=True)
    assert refused.returncode != 0
    assert f"pid {os.getpid()}" in refused.stderr
    store.append([span(1)], 1.0)
    store.close()
    open_sqlite(tmp_path).close()


def test_a_killed_owner_leaves_no_lock_behind(tmp_path: Path):
    """Nobody has to remove a stale file by hand."""
    body = "store = open_store()\nprint(0, flush=True)\nimport time\ntime.sleep(60)"
    _kill_after(child(body, tmp_path), lines=1)
    open_sqlite(tmp_path).close()


def test_a_failed_start_gives_the_directory_back(tmp_path: Path):
    """After the operator mended what was wrong the same process may try again."""
    open_sqlite(tmp_path).close()
    _set_version(tmp_path / "intact.db", 99)
    with pytest.raises(StoreError):
        open_sqlite(tmp_path)
    _set_version(tmp_path / "intact.db", len(schema.MIGRATIONS))
    open_sqlite(tmp_path).close()


# Rights


def test_only_the_owner_can_read_what_is_stored(tmp_path: Path):
    """Names of agents and facts are nobody else's business, whatever the umask."""
    before = os.umask(0)
    try:
        store = open_sqlite(tmp_path / "deep" / "data")
        store.append([span(1)], 1.0)
    finally:
        os.umask(before)
    data = tmp_path / "deep" / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    names = {file.name for file in data.iterdir()}
    assert {"intact.db", "intact.db-wal", "lock"} <= names
    assert {stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()} == {0o600}
    store.close()


def test_an_empty_directory_becomes_private_one_in_use_is_left_alone(tmp_path: Path):
    """`--data /srv` must not lock everybody out of /srv."""
    empty, used = tmp_path / "empty", tmp_path / "used"
    for path in (empty, used):
        path.mkdir()
        path.chmod(0o755)
    (used / "other").touch()
    for path in (empty, used):
        open_sqlite(path).close()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (empty, used)] == [0o700, 0o755]


def test_a_path_that_is_no_directory_is_named(tmp_path: Path):
    """Or lies below something that is none: the message says what to do."""
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "data"):
        with pytest.raises(StoreError, match=rf"{path}.*choose another with --data"):
            open_sqlite(path)


def test_a_directory_of_somebody_else_is_named():
    """Tried as a user who may look into it, but not write."""
    body = """
import os
if os.geteuid() == 0:
    os.setuid(65534)
from intact_collector.errors import StoreError
try:
    open_store()
except StoreError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        done = subprocess.run(child(body, Path(folder)), capture_output=True, text=True)
    assert f"the data directory {folder} cannot be written by this user" in done.stdout
    assert "--data" in done.stdout


# Corruption


def _garbage(file: Path) -> None:
    file.write_bytes(b"not a database at all " * 1000)


def _broken_page(file: Path) -> None:
    # The header stays whole; only a look at the pages finds it.
    with file.open("r+b") as handle:
        handle.seek(4096 * 3)
        handle.write(b"\xff" * 4096)


def _torn(file: Path) -> None:
    with file.open("r+b") as handle:
        handle.truncate(4096 * 3 + 100)


@pytest.mark.parametrize("damage", [_garbage, _broken_page, _torn])
def test_a_corrupt_file_is_set_aside_and_said(damage, tmp_path: Path, caplog):
    """The collector starts, the broken file is kept, a counter and a log line tell of it."""
    store = open_sqlite(tmp_path)
    store.append([span(number) for number in range(100)], 1.0)
    store.apply([settled(1), closed(1)], b"frozen", NOW)
    store.close()
    damage(tmp_path / "intact.db")
    broken = (tmp_path / "intact.db").read_bytes()
    with caplog.at_level(logging.WARNING):
        store = open_sqlite(tmp_path)
    assert store.counters()["set_aside"] == 1
    (aside,) = tmp_path.glob("intact.db.corrupt-*")
    assert aside.read_bytes() == broken
    assert str(aside) in caplog.text
    assert (store.series(), list(store.journal()), store.frozen()) == ([], [], b"")
    store.append([span(1)], 1.0)
    store.close()


def test_two_corrupt_files_are_both_kept(tmp_path: Path):
    """Even when they broke within the same second."""
    for _ in range(2):
        open_sqlite(tmp_path).close()
        _garbage(tmp_path / "intact.db")
    open_sqlite(tmp_path).close()
    assert len(list(tmp_path.glob("intact.db.corrupt-*"))) == 2


def test_room_that_is_free_again_is_given_back(tmp_path: Path):
    """A journal that was long once does not keep its size for ever."""
    store = open_sqlite(tmp_path)
    store.append([span(number) for number in range(3000)], 1.0)
    store.close()
    before = (tmp_path / "intact.db").stat().st_size
    store = open_sqlite(tmp_path)
    store.expire(2.0)
    store.close()
    assert (tmp_path / "intact.db").stat().st_size < before / 2


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path):
    """It is not corrupt; the operator went back and may want to go forth again."""
    open_sqlite(tmp_path).close()
    _set_version(tmp_path / "intact.db", 99)
    with pytest.raises(StoreError, match=r"newer version of Intact.*upgrade"):
        open_sqlite(tmp_path)
    assert not list(tmp_path.glob("*.corrupt-*"))


def test_a_journal_entry_that_cannot_be_read_is_counted(tmp_path: Path):
    """One bad row does not stop the start, and does not go unseen."""
    store = open_sqlite(tmp_path)
    store.append([span(1), span(2)], 1.0)
    store.close()
    with sqlite3.connect(tmp_path / "intact.db") as sql:
        sql.execute("UPDATE journal SET span = x'ffffff' WHERE sequence = 1")
    sql.close()
    store = open_sqlite(tmp_path)
    assert [one.key for one, _ in store.journal()] == [span(2).key]
    assert store.counters()["journal_unreadable"] == 1
    store.close()


def _set_version(file: Path, version: int) -> None:
    with sqlite3.connect(file) as sql:
        sql.execute(f"PRAGMA user_version = {version}")
    sql.close()


# Full disks and closed stores


def test_a_full_disk_is_an_error_that_passes(tmp_path: Path):
    """What was refused is not there, what was acknowledged is; with room it goes on."""
    body = """
import resource
from intact_collector.errors import StoreError
store = open_store()
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, -1))  # stands in for a full disk
number = 0
try:
    while True:
        store.append([span(number * 100 + i) for i in range(100)], 1.0)
        number += 1
except StoreError as error:
    print("refused", "room" in str(error))
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
print(len(list(store.journal())) == number * 100 > 0)
store.append([span(1_000_000)], 1.0)
print(len(list(store.journal())) == number * 100 + 1)
store.close()
"""
    done = subprocess.run(child(body, tmp_path), capture_output=True, text=True)
    assert done.stdout.split() == ["refused", "True", "True", "True"], done.stderr


def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path):
    """A report that cannot be written takes its totals and the frozen state with it."""

    class Unwritable(Exception):
        pass

    def refuse(_: object) -> bytes:
        raise Unwritable

    store = open_sqlite(tmp_path)
    store.snapshot(b"before")
    store._to_json = refuse
    with pytest.raises(Unwritable):
        store.apply([settled(1), closed(1)], b"after", NOW)
    assert (store.series(), store.events(10), store.frozen()) == ([], [], b"before")
    store.close()


def test_a_closed_store_says_so(tmp_path: Path):
    """An export that comes late gets an error it can handle."""
    store = open_sqlite(tmp_path)
    store.close()
    with pytest.raises(StoreError):
        store.series()


def test_an_erased_session_is_not_in_any_file(tmp_path: Path):
    """Deleted is overwritten: neither the table nor the log still holds its id."""
    store = open_sqlite(tmp_path)
    store.apply([settled(1, session_id="needle-7"), closed(1, session_id="needle-7")], b"", NOW)
    files = [tmp_path / "intact.db", tmp_path / "intact.db-wal"]
    assert any(b"needle-7" in file.read_bytes() for file in files)
    assert store.forget("needle-7")
    assert not any(b"needle-7" in file.read_bytes() for file in tmp_path.iterdir())
    store.close()
