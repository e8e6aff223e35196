"""`intact doctor` as a person meets it."""

from __future__ import annotations

import json
import socket

import pytest
from typer.testing import CliRunner, Result

from intact_collector.cli.app import application
from tests.golden.recordings import FOLDER

SILENT = str(FOLDER / "openai-agents__openinference__nocontent.jsonl")


def doctor(*arguments: str, **more: str) -> Result:
    environment = {"INTACT_TOKEN": "", **more}
    return CliRunner().invoke(application(), ["doctor", *arguments], env=environment)


def test_one_screen_says_what_there_is_and_what_to_change() -> None:
    """Counts first, then findings with a fix each."""
    said = doctor(SILENT)
    assert said.exit_code == 0
    assert "measured  0 of 4; not: 4 redacted" in said.stdout
    assert "OPENINFERENCE_HIDE_INPUTS=false" in said.stdout


def test_programs_get_the_same_as_json_and_issues_as_markdown() -> None:
    """Under stable names."""
    found = json.loads(doctor(SILENT, "--json").stdout)
    assert list(found) == [
        "intact", "spans", "agents", "sessions", "handoffs", "dialects", "findings", "notes",
    ]  # fmt: skip
    assert found["findings"][0]["id"] == "redacted"
    assert doctor(SILENT, "--format", "markdown").stdout.startswith("## ")


@pytest.mark.parametrize("arguments", [(), ("--live", SILENT)])
def test_files_or_a_collector_but_not_both(arguments: tuple[str, ...]) -> None:
    """The message shows what to type."""
    said = doctor(*arguments)
    assert said.exit_code == 2
    assert "intact doctor traces.jsonl" in said.stderr


def test_what_cannot_be_read_is_exit_code_2() -> None:
    """A file, or a collector that is not there."""
    assert doctor("/nowhere.jsonl").exit_code == 2
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    said = doctor("--live", "--url", url)
    assert said.exit_code == 2
    assert f"no collector answers at {url}" in said.stderr
    assert "intact serve" in said.stderr
