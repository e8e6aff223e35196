"""The `intact` command, on a machine that may not have what it needs.

The library is installed without the collector's dependencies. This module imports nothing of
them, so that it can say which install line is missing instead of showing a traceback.
"""

from __future__ import annotations

import sys

#: Packages whose absence is a bug of ours, not a missing extra.
_OURS = frozenset({"intact", "intact_collector"})


def main() -> int | None:
    """Run the command line; 2 when the collector is not installed."""
    try:
        from intact_collector.cli import main as run

        return run()  # a command loads what it needs when it is called
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if not package or package in _OURS:
            raise
        print(
            "intact: this command needs the collector: pip install 'intact[collector]' "
            f"(missing: {package})",
            file=sys.stderr,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main())
