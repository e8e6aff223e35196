"""Who may speak to the collector, at this moment.

One `Access` is shared by all listeners, and its tokens are replaced as a whole when they are read
again: a request sees the old ones or the new ones, never half of each.
"""

from __future__ import annotations

from intact_collector.web.tokens import Caller, Tokens


class Access:
    """The tokens in force; None lets everybody in. Owned by the event loop."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens

    @property
    def open(self) -> bool:
        """Whether no token is asked for."""
        return self.tokens is None

    def caller(self, authorization: str | None) -> Caller | None:
        """Who sent this ``Authorization``; None for strangers, and when everybody may come."""
        return None if self.tokens is None else self.tokens.caller(authorization)
