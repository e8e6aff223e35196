"""Settings: which source wins, what a mistake sounds like."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from intact.errors import ConfigError
from intact_collector.config import SETTINGS, Address, Settings, load, show

HOME = {"HOME": "/home/me"}


def test_no_source_at_all_gives_the_documented_defaults() -> None:
    """The ports, waits and places that the command line promises."""
    settings = load({}, HOME)
    assert settings == Settings(
        otlp_grpc=Address("127.0.0.1", 4317),
        otlp_http=Address("127.0.0.1", 4318),
        http=Address("127.0.0.1", 4380),
        data="/home/me/.local/state/intact",
        settle=5.0,
        idle=900.0,
        keep=30 * 86_400.0,
        guess=True,
        names="all",
        redact=None,
        max_request=64 * 2**20,
        export_endpoint=None,
        export_protocol=None,
        export_interval=10.0,
        drain=10.0,
        tls_cert=None,
        tls_key=None,
        tls_client_ca=None,
        tokens_file=None,
        tokens=None,
    )


def test_settings_that_belong_together_are_told_so() -> None:
    """A certificate without its key; client authorities without TLS; tokens in two places."""
    with pytest.raises(ConfigError, match="tls_cert and tls_key belong together"):
        load({"tls_cert": "a.crt"}, HOME)
    with pytest.raises(ConfigError, match="tls_client_ca is given without"):
        load({"tls_client_ca": "ca.crt"}, HOME)
    with pytest.raises(ConfigError, match="in one place or the other"):
        load({"tokens_file": "tokens"}, HOME | {"INTACT_TOKENS": "ci 4f9c2d71a85b4e07"})


def test_a_secret_is_in_no_print_out_and_has_no_flag() -> None:
    """Print-outs end up in tickets, command lines in everybody's list of processes."""
    token = "4f9c2d71a85b4e07"
    settings = load({}, HOME | {"INTACT_TOKENS": f"ci {token}"})
    assert settings.tokens == f"ci {token}"
    assert token not in show(settings)
    assert "# tokens:" in show(settings)
    assert [one.name for one in SETTINGS if one.flag is None] == ["tokens"]


def test_argument_beats_environment_beats_file_beats_default() -> None:
    """One value per source, taken away from the strongest on."""
    argument, environment, file = {"settle": "1s"}, {"INTACT_SETTLE": "2s"}, {"settle": "3s"}
    assert load(argument, HOME | environment, file).settle == 1.0
    assert load({}, HOME | environment, file).settle == 2.0
    assert load({}, HOME, file).settle == 3.0
    assert load({}, HOME, {}).settle == 5.0


def test_an_empty_variable_and_an_absent_argument_count_as_not_given() -> None:
    """Compose files and CI set variables to nothing; option parsers pass None."""
    assert load({"settle": None}, HOME | {"INTACT_SETTLE": ""}).settle == 5.0


def test_every_mistake_is_told_at_once_with_name_value_and_example() -> None:
    """Four mistakes from three sources, and one message that has them all."""
    with pytest.raises(ConfigError) as caught:
        load(
            {"http": "4380"},
            HOME | {"INTACT_SETTLE": "soon"},
            {"idle": True, "otlp_grcp": "localhost:1"},
            "intact.yaml",
        )
    message = str(caught.value)
    assert message.startswith("4 settings are wrong:")
    assert "--http is '4380', which is no HOST:PORT; for example 127.0.0.1:4317" in message
    assert "INTACT_SETTLE is 'soon', which is no duration; for example 30s" in message
    assert "idle in intact.yaml is 'True', which is no duration" in message
    assert "'otlp_grcp' in intact.yaml is not a setting; did you mean otlp_grpc?" in message


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("http", "[::1]:0", Address("::1", 0)),
        ("http", "0.0.0.0:80", Address("0.0.0.0", 80)),
        ("settle", "250ms", 0.25),
        ("settle", 5, 5.0),
        ("settle", "0", 0.0),
        ("idle", "12h", 43200.0),
        ("guess", "off", False),
        ("guess", False, False),
        ("names", "none", "none"),
        ("redact", "customer.ssn, payment", ("customer.ssn", "payment")),
        ("redact", ["items[].serial"], ("items[].serial",)),
        ("max_request", "1MB", 1_000_000),
        ("max_request", 1024, 1024),
        ("export_endpoint", "https://otel.example/path", "https://otel.example/path"),
        ("export_protocol", "http/protobuf", "http/protobuf"),
    ],
)
def test_values_are_read_as_people_write_them(name: str, written: object, value: object) -> None:
    """Text and what YAML makes of it."""
    assert getattr(load({}, HOME, {name: written}), name) == value


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("http", "localhost"),
        ("http", ":80"),
        ("http", "::1:80"),
        ("http", "localhost:65536"),
        ("http", "localhost:-1"),
        ("settle", "-1s"),
        ("settle", "1 week"),
        ("settle", "nan"),
        ("idle", "0s"),
        ("keep", "1h"),
        ("guess", "maybe"),
        ("names", "some"),
        ("redact", "a..b"),
        ("redact", "a,,b"),
        ("max_request", "0"),
        ("max_request", "10 apples"),
        ("export_endpoint", "otel.example:4317"),
        ("export_endpoint", "http://"),
        ("export_endpoint", "http://otel.example:port"),
        ("export_protocol", "http/json"),
        ("data", " "),
    ],
)
def test_values_that_make_no_sense_are_refused_by_name(name: str, written: str) -> None:
    """Each refusal names the setting and quotes the value."""
    with pytest.raises(ConfigError, match=f"--{name.replace('_', '-')} is '{written}'"):
        load({name: written}, HOME)


def test_the_data_directory_follows_the_desktop_standard() -> None:
    """XDG_STATE_HOME counts when absolute; without any home the message says what to give."""
    assert load({}, {"XDG_STATE_HOME": "/s/"}).data == "/s/intact"
    assert load({}, {"XDG_STATE_HOME": "s", "HOME": "/h"}).data == "/h/.local/state/intact"
    with pytest.raises(ConfigError, match="--data is not given"):
        load({}, {})


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "http": st.builds(
                "{}:{}".format, st.sampled_from(["h", "[::1]"]), st.integers(0, 65535)
            ),
            "settle": st.integers(0, 10**6).map("{}ms".format),
            "idle": st.integers(1, 10**4).map("{}s".format),
            "guess": st.booleans(),
            "names": st.sampled_from(["all", "declared", "none"]),
            "redact": st.lists(st.sampled_from(["a.b", "items[]", "ssn"]), min_size=1),
            "max_request": st.integers(1, 10**9),
            "data": st.text(
                st.characters(codec="ascii", exclude_categories=["C"]), min_size=1
            ).filter(str.strip),
        },
    )
)
def test_printed_settings_are_a_file_that_brings_them_about(file: dict[object, object]) -> None:
    """`--print-config` can be saved and given back."""
    settings = load({}, HOME, file)
    assert load({}, HOME, yaml.safe_load(show(settings))) == settings


def test_the_table_and_the_settings_have_the_same_fields_in_the_same_order() -> None:
    """A setting that is read but not documented, or the reverse, cannot exist."""
    assert [setting.name for setting in SETTINGS] == list(Settings.__dataclass_fields__)


def test_a_password_in_an_address_is_in_no_message() -> None:
    """Log files are read by more people than settings are."""
    with pytest.raises(ConfigError) as caught:
        load({"export_endpoint": "ftp://me:hunter2@otel.example"}, HOME)
    assert "hunter2" not in str(caught.value)
    assert "otel.example" in str(caught.value)
