"""Labelled records, as they lie in a directory: ``DIR/<set>/<split>.jsonl.gz``, one a line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson

Record = dict[str, Any]


class DataError(Exception):
    """The data cannot be read. The message says which file, and what to do."""


def read(directory: Path, name: str, split: str) -> list[Record]:
    """The records of one split of one data set.

    Raises:
        DataError: If the file is not there, or holds something else.
    """
    path = directory / name / f"{split}.jsonl.gz"
    if not path.is_file():
        raise DataError(f"{path} is not there: --data names the directory that holds {name}/")
    try:
        with gzip.open(path) as file:
            return [orjson.loads(line) for line in file if line.strip()]
    except (OSError, EOFError, orjson.JSONDecodeError) as error:
        raise DataError(f"{path} cannot be read as gzipped JSON lines") from error
