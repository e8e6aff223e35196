"""Content is on no span, in no log line and in no error, whatever goes wrong around it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

import intact
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans

#: Stands in every value, key, message and exception below, and may be seen nowhere.
SEED = "Xq7Zseed"


class Lying(Mapping[str, object]):
    """A mapping that raises what it holds."""

    def __getitem__(self, key: str) -> object:
        raise KeyError(SEED)

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError(SEED)

    def __len__(self) -> int:
        return 1


class Reciting:
    """An object whose every text is content."""

    def __repr__(self) -> str:
        return SEED

    def __str__(self) -> str:
        raise ValueError(SEED)


@dataclass
class Order:
    id: str = f"{SEED}-1042"
    reciting: Reciting = Reciting()  # noqa: RUF009

    @property
    def total(self) -> str:
        raise LookupError(SEED)


def looped() -> list[object]:
    loop: list[object] = [SEED]
    loop.append(loop)
    return loop


CONTEXTS: list[object] = [
    {"note": SEED, f"{SEED}@example.org": 1, "nested": json.dumps({"a": f"{SEED} is on hold"})},
    [{"role": "user", "content": f"I am {SEED}. Refund $12 to {SEED}@example.org."}],
    Lying(),
    {"lying": Lying(), "order": Order(), "text": f"\ud800{SEED}"},
    looped(),
    [SEED.encode(), {Reciting(): SEED}, {SEED}, object()],
    SEED * 50_000,
]


@pytest.mark.parametrize("setting", ["inline", "deferred", "strict", "hidden"])
def test_no_content_is_told(
    setting: str,
    spans: Spans,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Contexts that can be read and contexts that cannot, agents that work and that fail."""
    caplog.set_level(logging.DEBUG)
    more: dict[str, Any] = {
        "inline": {},
        "deferred": {"defer": True},
        "strict": {"privacy": "strict"},
        "hidden": {"names": "none", "redact": ["note"]},
    }[setting]
    intact.configure(key=KEY, tracer_provider=spans.provider, **more)

    @intact.agent("sender", must_keep=[f"['{SEED}@example.org']"] if setting == "strict" else ())
    def sender(context: object) -> object:
        intact.output(context)
        headers = intact.handoff("receiver", context).headers()
        intact.received(context, {**headers, "baggage": f"intact.session.id={SEED}%00"})
        intact.received(context, [(SEED, SEED)])  # headers of a shape that there is not
        return context

    @intact.agent("receiver")
    def receiver(context: object) -> object:
        raise ValueError(f"{SEED}: {context!r}")

    with intact.session("s-1"):
        for context in CONTEXTS:
            sender(context)
            with pytest.raises(ValueError, match=SEED):
                receiver(context)
    assert intact.flush()
    told = "\n".join(span.to_json() for span in spans.all())
    assert len(spans.turns()) == 2 * len(CONTEXTS)
    for text in (told, caplog.text, *capfd.readouterr()):
        assert SEED not in text


@pytest.mark.parametrize("context", CONTEXTS, ids=range(len(CONTEXTS)))
def test_errors_of_explicit_calls_quote_nothing(context: object) -> None:
    """Not those of settings either."""
    assert SEED not in repr(intact.fingerprint(context))
    assert SEED not in repr(intact.compare(context, context))
    with pytest.raises(intact.ConfigError) as refused:
        intact.configure(key=7, headers={SEED: f"{SEED}\n"})  # type: ignore[arg-type]
    assert SEED not in str(refused.value)
