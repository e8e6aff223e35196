"""The page on `intact doctor` shows what it really says, and explains every finding."""

from __future__ import annotations

import re

from intact.model.measurement import Reason
from intact_collector.diagnosis import Tally, diagnose
from intact_collector.diagnosis.document import document, to_text
from intact_collector.diagnosis.fixes import FIXES
from intact_collector.hosts.files import read_files
from tests.docs.pages import codes, table, text_of
from tests.golden.recordings import FOLDER

PAGE = text_of("how-to/diagnose.md")


def test_the_sample_is_what_the_command_prints() -> None:
    """Of the recording that the page names."""
    (name, shown) = re.findall(r"<!-- intact doctor (\S+) -->\n```\n(.*?)```", PAGE, re.DOTALL)[0]
    tally = Tally()
    reading = read_files([FOLDER / f"{name}.jsonl"], tally=tally)
    assert shown == to_text(document(diagnose(tally, reading.sessions)))


def test_every_finding_is_explained() -> None:
    """Those with a fix of their own; reasons have a page of theirs as well."""
    said = {one for row in table(PAGE, "Find out what your telemetry supports").rows
            for one in codes(row["finding"])}  # fmt: skip
    assert said >= {*FIXES, "no_session_id"} - {"no_agents"}
    assert said - {*FIXES, "no_session_id"} <= set(Reason)
