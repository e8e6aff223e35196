"""What an operator may set, in one table, and how the sources of a value are combined.

In: arguments, environment and the parsed configuration file, as mappings. Out: `Settings`, or one
`ConfigError` that lists every mistake. `values` reads and writes single values, `table` holds the
settings, `load` decides which source wins. Reading the file itself is left to the command line:
nothing here does I/O.
"""

from intact_collector.config.load import alone, find, load, show
from intact_collector.config.table import SETTINGS, Setting, Settings
from intact_collector.config.values import Address

__all__ = ["SETTINGS", "Address", "Setting", "Settings", "alone", "find", "load", "show"]
