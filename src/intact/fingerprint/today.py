"""The day that a context says it is, and what its "tomorrow" therefore means.

In: the typed values of a text, and the dates met in a context. Out: the date that a text calls
today, the day that a date means, and what else that day is called on it. No clock is asked: a
context that does not say its day has relative dates that meet nothing but themselves.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from intact.fingerprint.chunks import Typed
from intact.fingerprint.languages import Language
from intact.fingerprint.tokens import split_case, words_of
from intact.model.facts import Kind

_BEFORE = 24  # characters before a date that may say that it is today
#: Days as they are told from today, and days of the next and the last week. "Today" is not among
#: them, since a text that says it mostly asks how it can help; nor is a bare "Friday", which is
#: somewhere in every tenth page.
_NAMES: Final = (
    *(f"d{days:+d}" for days in range(-7, 8) if days),
    *(f"dw{weekday}{later}" for weekday in range(1, 8) for later in ("+1", "-1")),
)


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
    """The date that the token of a date means on a day; None for one that means no single day.

    "Friday" is the next one, today included; "next Friday" is Friday of next week, "last Friday"
    the latest before today; "May 4" is the nearest one.

    >>> friday = dt.date(2019, 3, 1)
    >>> [str(resolve(token, friday)) for token in ("d+1", "dw3", "dw3+1", "d----12", "d--12-31")]
    ['2019-03-02', '2019-03-06', '2019-03-06', '2019-03-12', '2018-12-31']
    """
    if token.startswith("dw") and token[2:3].isdigit():
        weekday = int(token[2]) - 1
        if token.endswith("+1"):
            return today + dt.timedelta(7 - today.weekday() + weekday)
        if token.endswith("-1"):
            return today - dt.timedelta((today.weekday() - weekday - 1) % 7 + 1)
        return today + dt.timedelta((weekday - today.weekday()) % 7)
    if token.startswith("d----"):
        day, later = int(token[5:7]), token.endswith("+1") or int(token[5:7]) < today.day
        year, month = divmod(today.year * 12 + today.month - 1 + later, 12)
        return _date(year, month + 1, day)
    if token.startswith("d--"):
        years = (today.year - 1, today.year, today.year + 1)
        dates = [_date(year, int(token[3:5]), int(token[6:8])) for year in years]
        return min(filter(None, dates), key=lambda date: abs(date - today), default=None)
    if token[1:2] in ("+", "-") and token[2:].isdigit():
        return today + dt.timedelta(int(token[1:]))
    return day_of(token) if len(token) == len("d2026-12-04") else None


def told_from(day: dt.date, today: dt.date) -> list[str]:
    """The tokens that mean a day on another one: what a text of that day may call it.

    >>> told_from(dt.date(2019, 3, 6), dt.date(2019, 3, 1))
    ['d+5', 'dw3+1']
    """
    if not -7 <= (day - today).days <= 14:
        return []
    return [token for token in _NAMES if resolve(token, today) == day]


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:  # there is no such day in that month
        return None
