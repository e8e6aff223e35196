"""The pages of frameworks show what `intact report` really says of a recorded run."""

from __future__ import annotations

import re

import pytest

from intact_collector.hosts.files import read_files
from intact_collector.report import document
from intact_collector.report.text import to_text
from tests.docs.pages import DOCS
from tests.golden.recordings import FOLDER

_SAMPLE = re.compile(r"<!-- intact report (\S+) -->\n```\n(.*?)```", re.DOTALL)
SAMPLES = [
    (page.name, name, shown)
    for page in sorted((DOCS / "how-to").glob("*.md"))
    for name, shown in _SAMPLE.findall(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "name", "shown"), SAMPLES, ids=[one[0] for one in SAMPLES])
def test_the_sample_is_what_the_command_prints(page: str, name: str, shown: str) -> None:
    """Of the recording that the page names."""
    reading = read_files([FOLDER / f"{name}.jsonl"])
    assert shown == to_text(list(map(document, reading.sessions)), notes=reading.notes), page
