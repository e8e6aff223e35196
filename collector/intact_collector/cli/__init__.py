"""The `intact` command: arguments in, a host run, an answer printed, an exit code.

One file a command. What a command does stands in the host that it runs; here is only what a person
types and reads. `main` is the entry point.
"""

from intact_collector.cli.app import main

__all__ = ["main"]
