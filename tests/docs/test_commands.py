"""Commands on pages exist, with the options that are shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from intact.config import SETTINGS as LIBRARY
from intact_collector.cli.app import application
from intact_collector.config import SETTINGS
from tests.docs.pages import PAGES, ROOT, blocks, codes, text_of

COMMAND = typer.main.get_command(application())
COMMANDS = COMMAND.commands  # type: ignore[attr-defined]
#: Options of anything, for those that pages name alone.
OPTIONS = {option for one in COMMANDS.values() for param in one.params for option in param.opts}

_VARIABLE = re.compile(r"\bINTACT_[A-Z_]+\b")


def lines(page: Path) -> list[str]:
    """What a reader would type: shell blocks by line, and inline code that begins with `intact`."""
    text = page.read_text(encoding="utf-8")
    typed = [line for block in blocks(text, "sh") for line in block.splitlines()]
    inline = [one for one in codes(text) if re.match(r"intact [a-z]", one)]
    return [*typed, *inline]


def calls(page: Path) -> list[list[str]]:
    """Each call of `intact` on a page, as words after the command."""
    found = []
    for line in lines(page):
        words = shlex.split(line, comments=True)
        for at, word in enumerate(words):
            if word == "intact" or word.endswith("/bin/intact"):
                stop = next((i for i in range(at, len(words)) if words[i] in "&&|>"), len(words))
                found.append(words[at + 1 : stop])
    return found


PAGES_WITH_CALLS = [page for page in PAGES if calls(page)]


@pytest.mark.parametrize("page", PAGES_WITH_CALLS, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    """In shell blocks and in running text."""
    for name, *arguments in calls(page):
        assert name in COMMANDS, name
        known = {option for param in COMMANDS[name].params for option in param.opts}
        for word in arguments:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, f"{name} {word}"


def test_the_readme_shows_each_command() -> None:
    """What there is, a newcomer hears of."""
    shown = {words[0] for words in calls(ROOT / "README.md")}
    assert shown == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_options_and_variables_in_running_text_exist(page: Path) -> None:
    """`--settle` alone, `INTACT_...` anywhere."""
    text = page.read_text(encoding="utf-8")
    if page.parent.name != "decisions":  # those speak of other tools, too
        for option in (one for one in codes(text) if re.fullmatch(r"--[a-z-]+( [A-Z]+)?", one)):
            assert option.partition(" ")[0] in OPTIONS, option
    variables = (
        {one.env for one in SETTINGS}
        | {one.env for one in LIBRARY}
        | {"INTACT_CONFIG", "INTACT_TOKEN"}
    )
    for script in (one for one in (ROOT / ".ci").rglob("*") if one.is_file()):
        variables |= set(_VARIABLE.findall(script.read_text(encoding="utf-8")))
    assert set(_VARIABLE.findall(text)) <= variables


def test_exit_codes_are_those_of_the_command_line() -> None:
    """The page has the codes that `cli` gives, and says of which command."""
    page = text_of("reference/configuration.md")
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", page, re.MULTILINE)
    assert [int(code) for code, _ in rows] == [0, 1, 2, 128 + 2, 128 + 13, 128 + 15]
    named = {name for _, said in rows for name in codes(said)}
    assert {one.removeprefix("intact ") for one in named} <= set(COMMANDS)
