"""Bearer tokens: who is calling, and how much it may send."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from intact.errors import ConfigError
from intact_collector.web.tokens import Caller, Tokens

TOKEN, OTHER = "4f9c2d71a85b4e07", "0123456789abcdef"


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.mark.parametrize("said", [f"Bearer {TOKEN}", f"bearer  {TOKEN} ", basic(TOKEN)])
def test_a_token_is_known_by_its_name(said: str) -> None:
    """As a bearer token, and as the password that a browser sends."""
    caller = Tokens.of(["# who may send", "", f"ci {OTHER}", f"checkout {TOKEN}"]).caller(said)
    assert caller is not None
    assert caller.name == "checkout"


@pytest.mark.parametrize(
    "said",
    [None, "", TOKEN, f"Token {TOKEN}", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}",
     "Bearer \udcff", basic("x"), "Basic ?", "Basic " + base64.b64encode(b"\xff").decode()],
)  # fmt: skip
def test_whatever_else_is_said_is_a_stranger(said: str | None) -> None:
    """Without an error: strangers say anything."""
    assert Tokens.of([f"ci {TOKEN}"]).caller(said) is None


def test_all_mistakes_are_told_and_no_token() -> None:
    """By line and name, so that a file can be put right in one go."""
    lines = ["ci", f"a/b {TOKEN}", "short abc", f"big {TOKEN} much", f"ok {OTHER}", f"twin {OTHER}"]
    with pytest.raises(ConfigError) as caught:
        Tokens.of(lines, "the file")
    message = str(caught.value)
    assert all(f"line {number} of the file" in message for number in (1, 2, 3, 4, 6))
    assert "line 5" not in message
    assert TOKEN not in message
    assert OTHER not in message


def test_no_token_at_all_is_a_mistake() -> None:
    """An empty file would lock everybody out, or let everybody in: it is neither."""
    with pytest.raises(ConfigError, match="holds no token"):
        Tokens.of(["# later"])


def test_a_file_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    """With the command that puts it right."""
    path = tmp_path / "tokens"
    path.write_text(f"ci {TOKEN}\n")
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        Tokens.from_file(path)
    path.chmod(0o640)
    assert Tokens.from_file(path).caller(f"Bearer {TOKEN}") is not None


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(ConfigError, match=r"missing cannot be read: No such file"):
        Tokens.from_file(tmp_path / "missing")


def test_a_share_is_used_up_and_comes_back() -> None:
    """With 100 B/s there is credit for 1,000 B, and for a request that begins within it.

    0 s: 1,500 B are let in, 500 B too many.   5 s: wait a moment.   6 s: in again.
    """
    caller = Caller("ci", 100)
    assert caller.wait(0.0) == 0.0
    caller.spend(1500, 0.0)
    assert caller.wait(0.0) == pytest.approx(5.0, abs=0.02)
    assert caller.wait(5.0) == pytest.approx(0.0, abs=0.02)
    assert caller.wait(6.0) == 0.0
    assert caller.wait(1e6) == 0.0
    caller.spend(1000, 1e6)
    assert caller.wait(1e6) > 0.0  # credit does not pile up beyond its ten seconds


def test_without_a_rate_nobody_waits() -> None:
    """However much is sent."""
    caller = Caller("ci")
    caller.spend(1 << 40, 0.0)
    assert caller.wait(0.0) == 0.0


def test_no_token_is_kept_as_it_is() -> None:
    """A dump of the process does not hold it."""
    assert TOKEN not in repr(vars(Tokens.of([f"ci {TOKEN}"])))
