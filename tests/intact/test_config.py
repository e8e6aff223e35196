"""Settings: argument, then environment, then default; all mistakes at once."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import intact
from intact.config import SETTINGS, Settings, checked, lenient, resolve


def test_argument_counts_more_than_environment_than_default() -> None:
    """For every setting that has a variable of ours."""
    environ = {
        "INTACT_DISABLED": "yes",
        "INTACT_KEY": "from the environment",
        "INTACT_KEY_FILE": "/tmp/key",
        "INTACT_OTHER_KEY": "another from the environment",
        "INTACT_OTHER_KEY_FILE": "/tmp/other",
        "INTACT_PRIVACY": "Strict",
        "INTACT_NAMES": "Declared",
        "INTACT_REDACT": "customer.ssn, payment,items[].serial",
        "INTACT_SAMPLE_RATIO": "0.5",
        "INTACT_ALIASES": "order.id=orderId order.id=order_no refund_by=deadline",
    }
    assert resolve({}, {}) == (Settings(), ())
    assert resolve({}, environ) == (
        Settings(
            disabled=True,
            key="from the environment",
            key_file=Path("/tmp/key"),
            other_key="another from the environment",
            other_key_file=Path("/tmp/other"),
            privacy="strict",
            names="declared",
            redact=("customer.ssn", "payment", "items[].serial"),
            sample_ratio=0.5,
            aliases={"order.id": ("orderId", "order_no"), "refund_by": ("deadline",)},
        ),
        (),
    )
    given = {"disabled": False, "key": "given", "names": "all", "sample_ratio": 1}
    settings, _ = resolve(given, environ)
    assert (settings.disabled, settings.key, settings.names) == (False, "given", "all")
    assert settings.sample_ratio == 1.0
    assert resolve({}, dict.fromkeys(environ, "")) == (Settings(), ())


def test_what_belongs_to_the_sdk_is_left_to_it() -> None:
    """`OTEL_*` variables are read by the SDK, by its own rules."""
    environ = {row.env: "anything" for row in SETTINGS if row.otel}
    assert resolve({}, environ) == (Settings(), ())


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("endpoint", "localhost:4317", "http://localhost:4317"),
        ("endpoint", "https://otlp.example.com/v1/traces", "https://otlp.example.com/v1/traces"),
        ("protocol", "http", "http/protobuf"),
        ("protocol", "GRPC", "grpc"),
        ("headers", {"authorization": "Bearer x"}, {"authorization": "Bearer x"}),
        ("service", " support ", "support"),
        (
            "aliases",
            {"id": "orderId", "by": ["due", "until"]},
            {"id": ("orderId",), "by": ("due", "until")},
        ),
    ],
)
def test_values_are_read_as_people_write_them(name: str, value: object, read: object) -> None:
    """An endpoint without a scheme, a protocol in capitals."""
    settings, problems = resolve({name: value}, {})
    assert not problems
    assert getattr(settings, name) == read


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its name and an example; secrets are not shown."""
    monkeypatch.setenv("INTACT_SAMPLE_RATIO", "many")
    with pytest.raises(intact.ConfigError) as caught:
        intact.configure(
            service="",
            endpoint="ftp://x",
            protocol="carrier pigeon",
            headers={"authorization": "Bearer 4711\n"},
            names="some",
        )
    message = str(caught.value)
    for name in ("INTACT_SAMPLE_RATIO", "service", "endpoint", "protocol", "headers", "names"):
        assert f"{name}=" in message
    assert "carrier pigeon" in message
    assert "4711" not in message
    assert all(row.example in message for row in SETTINGS if f"{row.name}=" in message)


@pytest.mark.parametrize("endpoint", ["", "http://", "localhost:port", "http://[::1", 7])
def test_no_endpoint_is_refused(endpoint: object) -> None:
    """Before the first span is lost on the way to it."""
    assert len(resolve({"endpoint": endpoint}, {})[1]) == 1


def test_a_wrong_variable_stops_no_agent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody called `configure`: it is warned of, and names rather stay inside."""
    monkeypatch.setenv("INTACT_NAMES", "declard")
    monkeypatch.setenv("INTACT_DISABLED", "maybe")
    assert lenient() == Settings(names="none")
    assert len(caplog.records) == 1
    assert "INTACT_NAMES='declard'" in caplog.text
    assert "INTACT_DISABLED='maybe'" in caplog.text


@pytest.mark.parametrize("wrong", ["a..b", "customer.ssn,,", "[", "a,[b"])
def test_a_wrong_redaction_turns_the_library_off(
    wrong: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rather than to fingerprint what it was told not to; nobody is there to correct it."""
    monkeypatch.setenv("INTACT_REDACT", wrong)
    monkeypatch.setenv("INTACT_DISABLED", "0")
    assert lenient().disabled
    assert "INTACT_REDACT" in caplog.text
    with pytest.raises(intact.ConfigError, match="redact="):
        intact.configure(redact=wrong)


def test_a_wrong_privacy_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets it wants less to leave."""
    monkeypatch.setenv("INTACT_PRIVACY", "very")
    assert lenient() == Settings(privacy="strict")


def test_secrets_show_in_no_repr() -> None:
    """Settings may be logged."""
    settings = checked(
        {
            "key": "secret 4711",
            "other_key": "secret 4711",
            "headers": {"authorization": "secret 4711"},
        }
    )
    assert "4711" not in repr(settings)


def test_the_page_of_settings_is_the_table() -> None:
    """Name, variable, prose and example of each, word for word."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "library-settings.md"
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| `")]
    expected = [f"| `{row.name}` | `{row.env}` | {row.prose} | {row.example} |" for row in SETTINGS]
    assert rows == expected


def test_settings_name_each_field_once() -> None:
    """No field without a row, no row without a field."""
    assert [row.name for row in SETTINGS] == [field.name for field in fields(Settings)]
