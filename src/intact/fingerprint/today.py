"""The day that a context says it is, and what its "tomorrow" therefore means.

In: the typed values of a text, and the relative dates met in a context. Out: the date that a text
calls today, and the date that a relative one means. No clock is asked: a context that does not
say its day has relative dates that meet nothing but themselves.
"""

from __future__ import annotations

import datetime as dt

from intact.fingerprint.chunks import Typed
from intact.fingerprint.languages import Language
from intact.fingerprint.tokens import split_case, words_of
from intact.model.facts import Kind

_BEFORE = 24  # characters before a date that may say that it is today


def is_today(found: Typed, text: str, language: Language) -> bool:
    """Whether a text says of a date that it is today: "Today is 2026-12-04".

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> from intact.fingerprint.typed import scan
    >>> text = "Today is Friday, December 4, 2026. Pay by January 2, 2027."
    >>> [found.token for found in scan(text) if is_today(found, text, LANGUAGES)]
    ['d2026-12-04']
    """
    if found.kind not in (Kind.DATE, Kind.DATETIME) or not found.token[1].isdigit():
        return False
    before = words_of(text[max(0, found.start - _BEFORE) : found.start])
    if before and before[-1] in language.weekdays:
        before.pop()
    return any(" ".join(before[-count:]) in language.now for count in (1, 2, 3))


def says_today(key: str, language: Language) -> bool:
    """Whether the key of a date says that it is today.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> [says_today(key, LANGUAGES) for key in ("today", "currentDate", "due")]
    [True, True, False]
    """
    return " ".join(words_of(split_case(key))) in language.now


def day_of(token: str) -> dt.date | None:
    """The date in the token of a date or a date-time with its year."""
    try:
        return dt.date.fromisoformat(token[1:11])
    except ValueError:
        return None


def resolve(token: str, today: dt.date) -> dt.date | None:
    """The date that a relative token means on a day; None for one that means no single day.

    "Friday" is the next one, today included; "next Friday" is Friday of next week.

    >>> friday = dt.date(2019, 3, 1)
    >>> [str(resolve(token, friday)) for token in ("d+1", "dw3", "dw3+1", "d----12")]
    ['2019-03-02', '2019-03-06', '2019-03-06', '2019-03-12']
    """
    if token.startswith("dw") and token[2:3].isdigit():
        weekday = int(token[2]) - 1
        if token.endswith("+1"):
            return today + dt.timedelta(7 - today.weekday() + weekday)
        return today + dt.timedelta((weekday - today.weekday()) % 7)
    if token.startswith("d----"):
        day, later = int(token[5:7]), token.endswith("+1") or int(token[5:7]) < today.day
        year, month = divmod(today.year * 12 + today.month - 1 + later, 12)
        try:
            return dt.date(year, month + 1, day)
        except ValueError:  # there is no such day in that month
            return None
    if token[1:2] in ("+", "-") and token[2:].isdigit():
        return today + dt.timedelta(int(token[1:]))
    return None
