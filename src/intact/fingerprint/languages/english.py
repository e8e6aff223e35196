"""English."""

from __future__ import annotations

from intact.fingerprint.languages.table import Language, spellings, words

_MONTHS = words(
    "january february march april may june july august september october november december"
)
_WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")

ENGLISH = Language(
    months={name: n for n, name in enumerate(_MONTHS, 1)}
    | {name[:3]: n for n, name in enumerate(_MONTHS, 1)}
    | {"sept": 9},
    weekdays={name: n for n, name in enumerate(_WEEKDAYS, 1)},
    meridiem={"am": 0, "a.m": 0, "pm": 12, "p.m": 12},
    units=spellings(
        {
            1: "s second seconds sec secs",
            60: "minute minutes min mins",
            3_600: "h hour hours hr hrs",
            86_400: "day days",
            604_800: "week weeks",
        }
    ),
    calendar_units=spellings({1: "month months", 12: "year years"}),
    currencies=spellings(
        {
            "USD": "usd dollar dollars",
            "EUR": "eur euro euros",
            "GBP": "gbp pound pounds",
            "JPY": "jpy yen",
            "CHF": "chf franken francs",
            "CAD": "cad",
            "AUD": "aud",
            "INR": "inr rupee rupees",
        }
    ),
    percent=frozenset(words("% percent pct")),
    negations=frozenset(words("no not never none nobody nothing neither nor cannot without")),
    stop=frozenset(
        words(
            """
            a about after again all also am an and any are as at be because been before being both
            but by can could did do does doing down during each few for from further had has have
            having he her here hers him his how i if in into is it its itself just let ll m me more
            most my now of off on once only or other our ours out over own please re s same she
            should so some such t than that the their theirs them then there these they this those
            through to too under until up us ve very was we were what when where which while who
            whom why will with would you your yours hi hello dear thanks thank ok okay
            """
        )
    ),
    common=frozenset(
        words(
            """
            active approved available blocked cancelled canceled closed complete completed
            confirmed customer default denied disabled done draft email enabled error failed false
            full good hidden high hold inactive internal large low main medium middle new next no
            none normal null off ok old on open optional order paid partial pass pending phone
            private processed public ready refund rejected required resolved sent small standard
            start started status stopped success true type unknown unpaid urgent user valid waiting
            yes
            """
        )
    ),
)
