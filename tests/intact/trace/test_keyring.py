"""The key: from a setting, from a file, or made once for all processes of a user."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.trace import NoOpTracerProvider

import intact
from intact.config import Settings
from intact.errors import KeyFileError
from intact.fingerprint import Key
from intact.model.measurement import Reason, Verdict
from intact.trace.keyring import (
    find_key,
    find_keys,
    key_from_text,
    read_or_make,
    user_key_file,
)
from intact.trace.runtime import reset


def test_any_text_is_a_key_and_hex_is_its_bytes() -> None:
    """What differs only in white space around it is one key."""
    digits = "0123456789abcdef" * 4
    assert key_from_text(digits) == Key(bytes.fromhex(digits))
    assert key_from_text(f" {digits.upper()}\n") == key_from_text(digits)
    assert key_from_text("short") == key_from_text("short\n")
    assert key_from_text("short") != key_from_text("short ones")
    assert len(key_from_text("é").secret) == 32


def test_the_setting_counts_more_than_the_file(tmp_path: Path) -> None:
    """And then no file is touched."""
    path = tmp_path / "key"
    assert find_key(Settings(key="one", key_file=path)) == key_from_text("one")
    assert not path.exists()


def test_a_missing_file_is_made_once_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """For its owner alone; everybody after reads the same key."""
    path = tmp_path / "deep" / "key"
    first = find_key(Settings(key_file=path))
    assert find_key(Settings(key_file=path)) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [str(path) in record.message for record in caplog.records] == [True]
    assert first.secret.hex() not in caplog.text
    assert list(path.parent.iterdir()) == [path]


def test_without_a_setting_a_users_processes_share_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is where the user's state is kept; importing and marking touch nothing."""
    assert user_key_file().is_relative_to(os.environ["XDG_STATE_HOME"])
    intact.agent("billing")(len)([1])  # no provider: nothing is fingerprinted
    assert not user_key_file().exists()
    key_id = intact.fingerprint({"a": 1}).key_id
    assert user_key_file().exists()
    reset()
    assert intact.fingerprint({"a": 1}).key_id == key_id


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    """Several make the file at the same moment: all end up with one key."""
    path = tmp_path / "key"
    program = (
        "import sys; from pathlib import Path; from intact.trace.keyring import read_or_make;"
        "sys.stdin.read(); print(read_or_make(Path(sys.argv[1])).secret.hex())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    keys = {process.communicate("go")[0] for process in processes}
    assert len(keys) == 1
    assert read_or_make(path).secret.hex() == keys.pop().strip()


@pytest.mark.parametrize("where", ["/dev/null/key", "/proc/intact/key"])
def test_an_unwritable_place_costs_comparing_not_working(
    where: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A key for this process alone, and one warning that says what to do."""
    one, other = (find_key(Settings(key_file=Path(where))) for _ in range(2))
    assert one != other
    assert "INTACT_KEY" in caplog.records[0].message


def test_an_empty_or_binary_file_is_no_key(tmp_path: Path) -> None:
    """It is refused with the path, since a weak key would be worse than none."""
    for content in (b"", b" \n", b"\xff\xfe\x00"):
        path = tmp_path / "key"
        path.write_bytes(content)
        with pytest.raises(KeyFileError) as caught:
            read_or_make(path)
        assert str(path) in str(caught.value)
        assert path.read_bytes() == content


def test_a_short_key_works_and_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """It can be guessed, and then guesses of content can be tested; it is not in the warning."""
    assert find_key(Settings(key="hunter2")) == key_from_text("hunter2")
    find_key(Settings(key="hunter2"))
    find_key(Settings(key="a key that is long enough"))
    assert len(caplog.records) == 1
    assert "openssl rand -hex 32" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622, 0o666])
def test_a_file_that_others_can_open_is_warned_of(
    mode: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is used all the same: the agents have to compare."""
    path = tmp_path / "key"
    path.write_text("a key that is long enough")
    path.chmod(mode)
    assert find_key(Settings(key_file=path)) == key_from_text("a key that is long enough")
    assert f"{mode:04o}" in caplog.text
    assert "long enough" not in caplog.text


def test_a_file_of_its_owner_alone_is_not_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is one without any permission to write."""
    path = tmp_path / "key"
    path.write_text("a key that is long enough")
    for mode in (0o600, 0o400):
        path.chmod(mode)
        find_key(Settings(key_file=path))
    assert not caplog.records


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_key_can_come_from_a_pipe(tmp_path: Path) -> None:
    """As shells and secret managers hand them over."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = subprocess.Popen(["sh", "-c", f"echo 'a key that is long enough' > {path}"])
    assert read_or_make(path) == key_from_text("a key that is long enough")
    assert writer.wait(10) == 0


def test_what_is_no_key_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A directory, and what has no end."""
    for path, why in ((tmp_path, "directory"), (Path("/dev/zero"), "too large")):
        with pytest.raises(KeyFileError, match=why):
            read_or_make(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_costs_comparing_and_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not replaced: others may be using it."""
    path = tmp_path / "key"
    path.write_text("a key that is long enough")
    path.chmod(0)
    assert find_key(Settings(key_file=path)) != key_from_text("a key that is long enough")
    assert str(path) in caplog.text
    path.chmod(0o600)
    assert path.read_text() == "a key that is long enough"


def test_the_second_key_is_read_and_never_made(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without it the first one works, and what that costs is said."""
    path = tmp_path / "next"
    own = "a key that is long enough"
    keys = find_keys(Settings(key=own, other_key_file=path))
    assert (keys.own, path.exists()) == (key_from_text(own), False)
    assert str(path) in caplog.text
    path.write_text("the next key of this project")
    path.chmod(0o600)
    following = key_from_text("the next key of this project")
    for settings in (
        Settings(key=own, other_key_file=path),
        Settings(key=own, other_key="the next key of this project"),
    ):
        keys = find_keys(settings)
        assert keys.held(following.id) == following.id
        assert keys.by_id(following.id) == following
        assert keys.by_id(None) == keys.by_id(b"else") == keys.own == key_from_text(own)
        assert keys.held(b"else") is None


def test_fingerprints_of_two_keys_are_not_compared() -> None:
    """They are foreign to each other, which is no loss."""
    intact.configure(key="one", tracer_provider=NoOpTracerProvider())
    known = intact.fingerprint({"id": "A-1042"})
    intact.configure(key="other", tracer_provider=NoOpTracerProvider())
    measured = intact.compare(known, {"id": "A-1042"})
    assert measured.verdict is Verdict.NOT_MEASURED
    assert measured.reason is Reason.FOREIGN_KEY
