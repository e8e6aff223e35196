"""The errors of the collector, as a tree.

    intact.errors.IntactError
    ├── ConfigError          a setting is wrong (the library's class: one word for one thing)
    └── CollectorError       something the operator can mend; the message says how
        ├── StoreError       the data directory cannot be used
        ├── ListenError      an address cannot be listened on
        ├── UnreadableFile   a file is not OTLP, or cannot be opened
        └── Unreachable      a running collector does not answer as one

Each message names the thing (a path, an address, a line number), what is wrong with it and what to
do. None ever carries a piece of what was received.
"""

from __future__ import annotations

from intact.errors import IntactError


class CollectorError(IntactError):
    """Base of what stops a command of the collector. Shown as one line, without a traceback."""


class StoreError(CollectorError):
    """The data directory cannot be used: unwritable, owned by another collector, full."""


class ListenError(CollectorError):
    """An address cannot be listened on. The message names it and how to choose another."""


class UnreadableFile(CollectorError):
    """A file could not be opened, or holds something else than OTLP."""


class Unreachable(CollectorError):
    """A running collector was asked and did not answer, or not as a collector would."""
