"""The nouns of the collector: spans without content, sessions, turns, handoffs, effects. Pure."""
