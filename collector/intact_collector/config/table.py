"""Every setting of the collector, once.

A setting's name is its key in the configuration file; its flag and its environment variable follow
from it: ``otlp_grpc``, ``--otlp-grpc``, ``INTACT_OTLP_GRPC``. Help texts, ``--print-config`` and
the reference page come from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from intact.codec.disclose import Names
from intact_collector.config import values
from intact_collector.config.values import Address, Kind


@dataclass(frozen=True, slots=True)
class Settings:
    """The collector's settings, read and checked. `load` makes them; fields as in `SETTINGS`."""

    otlp_grpc: Address
    otlp_http: Address
    http: Address
    data: str
    settle: float
    idle: float
    keep: float
    guess: bool
    names: str
    redact: tuple[str, ...] | None
    max_request: int
    export_endpoint: str | None
    export_protocol: str | None
    export_interval: float
    drain: float
    tls_cert: str | None
    tls_key: str | None
    tls_client_ca: str | None
    tokens_file: str | None
    tokens: str | None


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: what it is called, how it is read, what it means."""

    name: str
    kind: Kind
    default: str | None  # as an operator would write it; None: see the prose
    prose: str
    least: float | None = None  # the smallest value that makes sense
    live: bool = False  # a new value in the file counts from the next SIGHUP on
    secret: bool = False  # not for a command line, which everybody can read, nor for a print-out

    @property
    def flag(self) -> str | None:
        return None if self.secret else "--" + self.name.replace("_", "-")

    @property
    def env(self) -> str:
        return "INTACT_" + self.name.upper()

    def value(self, settings: Settings) -> Any:
        """The value that it has in some settings."""
        return getattr(settings, self.name)


SETTINGS: Final = (
    Setting("otlp_grpc", values.ADDRESS, "127.0.0.1:4317",
            "Where OTLP over gRPC is received. Port 0 takes any free one."),
    Setting("otlp_http", values.ADDRESS, "127.0.0.1:4318",
            "Where OTLP over HTTP is received (protobuf and JSON)."),
    Setting("http", values.ADDRESS, "127.0.0.1:4380",
            "Where the page, the API, /metrics, /healthz and /readyz are served."),
    Setting("data", values.DIRECTORY, None,
            "Directory of the journal, the totals and the key. One collector per directory. "
            "Without it: intact in $XDG_STATE_HOME, or ~/.local/state/intact."),
    Setting("settle", values.DURATION, "5s",
            "How long a measurement waits for late spans before it is counted.", live=True),
    Setting("idle", values.DURATION, "15m",
            "How long a session stays open without a span.", least=0.001, live=True),
    Setting("keep", values.DURATION, "30d",
            "How long closed sessions are kept; at least 2d, since late spans have to be known.",
            least=172_800.0, live=True),
    Setting("guess", values.SWITCH, "on",
            "Whether traces without a common id may be joined by what one agent said and the next "
            "was given.", live=True),
    Setting("names", values.one_of(*Names), Names.ALL,
            "Whether facts of content that is fingerprinted here keep their names: all of them, or "
            "those alone that the library declared, or none."),
    Setting("redact", values.PATHS, None,
            "Paths of which nothing is fingerprinted here, at any depth of a content, with all "
            "below them."),
    Setting("max_request", values.SIZE, "64MiB",
            "Largest request that is read, after decompression."),
    Setting("export_endpoint", values.URL, None,
            "OTLP endpoint that metrics and evaluation events go to. Without it "
            "OTEL_EXPORTER_OTLP_ENDPOINT decides; without either nothing is exported."),
    Setting("export_protocol", values.one_of("grpc", "http/protobuf"), None,
            "Its protocol. Without it OTEL_EXPORTER_OTLP_PROTOCOL decides; without either it is "
            "http/protobuf for port 4318 or an endpoint with a path, else grpc."),
    Setting("export_interval", values.DURATION, "10s",
            "How often metrics and events are exported.", least=0.01),
    Setting("drain", values.DURATION, "10s",
            "How long a stopping collector may take for requests in flight and a last export."),
    Setting("tls_cert", values.FILE, None,
            "Certificate chain, PEM. With it all three addresses speak TLS 1.2 or newer, and "
            "nothing else. A renewed file is read on SIGHUP."),
    Setting("tls_key", values.FILE, None,
            "Its private key, PEM, without a pass phrase."),
    Setting("tls_client_ca", values.FILE, None,
            "Authorities of client certificates, PEM. With it every client has to show one "
            "(mTLS)."),
    Setting("tokens_file", values.FILE, None,
            "File of bearer tokens, one `NAME TOKEN [BYTES a second]` a line. With it nobody may "
            "send, ask or look without one; /healthz and /readyz stay open. Read again on SIGHUP."),
    Setting("tokens", values.TEXT, None,
            "The same, with commas in place of line ends, for where secrets come by environment. "
            "Not a flag: command lines are public.", secret=True),
)  # fmt: skip
