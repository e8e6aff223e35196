"""The collector: spans in, measured handoffs out. Every room says in its own words what it does."""
