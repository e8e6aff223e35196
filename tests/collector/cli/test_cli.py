"""The command line as a person meets it: help, mistakes, formats, pipes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from intact_collector.cli import serve
from intact_collector.cli.app import application
from intact_collector.config import SETTINGS
from tests.e2e.program import environment
from tests.golden.recordings import FOLDER

LOSSY = str(FOLDER / "openai-agents__openinference__lossy.jsonl")


@pytest.fixture
def intact(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process, in an environment that configures nothing."""
    for name in list(os.environ):
        if name.startswith(("OTEL_", "INTACT_")):
            monkeypatch.delenv(name)

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(application(), list(arguments), env=more, prog_name="intact")

    return run


def test_the_version_and_the_help_are_there(intact: Callable[..., Result]) -> None:
    """And help shows what to type."""
    assert intact("--version").stdout.startswith("intact ")
    overview = intact("--help")
    assert overview.exit_code == 0
    assert "intact report traces.jsonl" in overview.stdout


def test_every_setting_has_its_option_with_the_words_of_the_table(
    intact: Callable[..., Result],
) -> None:
    """Help, environment and default of each setting stand in `intact serve --help`."""
    shown = " ".join(intact("serve", "--help", COLUMNS="200").stdout.split())
    for setting in (one for one in SETTINGS if one.flag):
        assert setting.flag in shown
        assert f"[{setting.env}" in shown
        assert " ".join(setting.prose.split())[:40] in shown
    assert "\\b" not in shown
    assert "intact serve --print-config > intact.yaml" in serve.EXAMPLES


def test_printed_settings_are_checked_and_read_again(
    intact: Callable[..., Result], tmp_path: Path
) -> None:
    """`--print-config` makes a file that `--config` takes; an argument still wins."""
    printed = intact("serve", "--settle", "2s", "--print-config", HOME="/home/me").stdout
    file = tmp_path / "intact.yaml"
    file.write_text(printed)
    assert intact("serve", "--config", str(file), "--check-config").exit_code == 0
    again = intact("serve", "--idle", "1m", "--print-config", INTACT_CONFIG=str(file)).stdout
    values = yaml.safe_load(again)
    assert (values["settle"], values["idle"]) == ("2s", "1m")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("settle: soon\nidel: 5m\n", "did you mean idle?"),
        ("settle: [\n", "is not YAML, line 2"),
        ("- settle\n", "has to hold `name: value` lines"),
        (b"\xff\xfe", "is not UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_wrong_configuration_file_is_named_with_what_is_wrong(
    intact: Callable[..., Result], content: str | bytes | None, message: str, tmp_path: Path
) -> None:
    """Exit code 2, no traceback."""
    file = tmp_path / "intact.yaml"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = intact("serve", "--config", str(file), "--check-config")
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert str(file) in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_report_is_printed_in_three_formats_of_one_truth(intact: Callable[..., Result]) -> None:
    """JSON has the documented shape; text and Markdown name the same losses."""
    answer = json.loads(intact("report", LOSSY, "--json").stdout)
    assert len(answer["sessions"]) == 2
    handoffs = [handoff for session in answer["sessions"] for handoff in session["handoffs"]]
    assert sorted(handoff["verdict"] for handoff in handoffs) == ["intact"] * 2 + ["lost"] * 2
    text = intact("report", LOSSY)
    assert "Refunds Agent → Notifications Agent" in text.stdout
    assert "\x1b" not in text.stdout  # not a terminal
    assert "| Refunds Agent" in intact("report", LOSSY, "--format", "markdown").stdout


def test_a_report_keeps_names_and_paths_inside(intact: Callable[..., Result]) -> None:
    """Where the environment says so; a wrong word there is no report."""

    def lost(**more: str) -> set[str]:
        sessions = json.loads(intact("report", LOSSY, "--json", **more).stdout)["sessions"]
        handoffs = [one for session in sessions for one in session["handoffs"]]
        return {fact["fact"] for one in handoffs for fact in one["lost"]}

    assert "tool:lookup_order/carrier" in lost()
    assert lost(INTACT_NAMES="none") == lost(INTACT_NAMES="declared") == {"*"}
    assert lost() - lost(INTACT_REDACT="carrier") == {"tool:lookup_order/carrier"}
    assert intact("report", LOSSY, INTACT_NAMES="some").exit_code == 2


def test_a_report_can_be_narrowed(intact: Callable[..., Result]) -> None:
    """To one session, to the worst, to recent ones; and it says so when nothing is left."""
    both = json.loads(intact("report", LOSSY, "--json").stdout)["sessions"]
    name = both[1]["session_id"]
    one = json.loads(intact("report", LOSSY, "--json", "--session", name).stdout)["sessions"]
    assert [session["session_id"] for session in one] == [name]
    worst = json.loads(intact("report", LOSSY, "--json", "--worst", "1").stdout)["sessions"]
    assert len(worst) == 1
    assert worst[0]["retention"] == min(session["retention"] for session in both)
    none = intact("report", LOSSY, "--since", "2999-01-01")
    assert none.exit_code == 0
    assert "none of 2 sessions matches" in none.stdout


def test_a_report_reads_gzip_and_standard_input(
    intact: Callable[..., Result], tmp_path: Path
) -> None:
    """Both give what the plain file gives."""
    packed = tmp_path / "traces.jsonl.gz"
    packed.write_bytes(gzip.compress(Path(LOSSY).read_bytes()))
    plain = intact("report", LOSSY, "--json").stdout
    assert intact("report", str(packed), "--json").stdout == plain
    with Path(LOSSY).open("rb") as file:
        command = [sys.executable, "-m", "intact_collector", "report", "-", "--json"]
        piped = subprocess.run(
            command, stdin=file, capture_output=True, text=True, env=environment(), check=True
        )
    assert piped.stdout == plain


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report"], "give files, or --data DIR"),
        (["report", "/nowhere/traces.jsonl"], "/nowhere/traces.jsonl: No such file"),
        (["report", "x", "--since", "soon"], "--since is 'soon'"),
        (["report", "--data", "/nowhere"], "is not the data directory of a collector"),
        (["report", "x", "--format", "xml"], "xml"),
        (["serve", "--settle", "soon"], "--settle is 'soon', which is no duration"),
        (["serve", "--nonsense"], "No such option"),
    ],
)
def test_a_mistake_is_exit_code_2_and_a_message_without_a_traceback(
    intact: Callable[..., Result], arguments: list[str], message: str
) -> None:
    """Every wrong argument, in words."""
    answer = intact(*arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`intact report … | head -c1`: nothing on stderr."""
    many = tmp_path / "many.jsonl"
    many.write_bytes(Path(LOSSY).read_bytes())
    command = f"{sys.executable} -m intact_collector report {many} --json | head -c 1"
    answer = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, env=environment(), check=False
    )
    assert answer.stdout == "{"
    assert answer.stderr == ""


def test_what_is_in_the_way_is_exit_code_1_and_one_line(
    intact: Callable[..., Result], tmp_path: Path
) -> None:
    """A data directory that cannot be one, with what to do."""
    (tmp_path / "file").write_text("in the way")
    answer = intact("serve", "--data", str(tmp_path / "file" / "data"))
    assert answer.exit_code == 1
    assert "choose another with --data" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_exporting_to_itself_is_exit_code_2_and_one_line(
    intact: Callable[..., Result], tmp_path: Path
) -> None:
    """Agents and collector often share an environment."""
    answer = intact(
        *("serve", "--data", str(tmp_path / "data"), "--otlp-grpc", "127.0.0.1:45317"),
        OTEL_EXPORTER_OTLP_ENDPOINT="http://localhost:45317",
    )
    assert answer.exit_code == 2
    assert "is this collector itself" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
