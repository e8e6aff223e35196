"""Why a request is not taken, in the words of every side that is told.

In: a reason and a sentence. Out: `Refusal`, from which gRPC takes a status code, HTTP a status, the
counters a name, and the operator a message. One table holds the three together. Messages never
carry a piece of what was received.

    retryable                     final
    overloaded      503           malformed                400
    failed          503           too_large                413
    shutting_down   503           unsupported_media_type   415
    timeout         408           unsupported_compression  415
    throttled       429           unauthenticated          401
                                  unsupported_signal       404
                                  unknown_path             404
                                  wrong_method             405
                                  client_gone              (nobody is left to be told)

A consumer that fails is answered with 503 and not 500: nothing was taken, so the client shall
keep the data and come again. A refused signal is answered with 404 and not 501: several exporters
retry on every 5xx, and 404 is what the OpenTelemetry Collector makes of gRPC's UNIMPLEMENTED.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from grpc import StatusCode


class Reason(Enum):
    """The value is the name in the counters."""

    OVERLOADED = "overloaded"
    FAILED = "failed"
    SHUTTING_DOWN = "shutting_down"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    UNAUTHENTICATED = "unauthenticated"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNSUPPORTED_COMPRESSION = "unsupported_compression"
    UNSUPPORTED_SIGNAL = "unsupported_signal"
    UNKNOWN_PATH = "unknown_path"
    WRONG_METHOD = "wrong_method"
    CLIENT_GONE = "client_gone"


#: reason: (status of gRPC, status of HTTP)
STATUS: Final[dict[Reason, tuple[StatusCode, int]]] = {
    Reason.OVERLOADED: (StatusCode.UNAVAILABLE, 503),
    Reason.FAILED: (StatusCode.UNAVAILABLE, 503),
    Reason.SHUTTING_DOWN: (StatusCode.UNAVAILABLE, 503),
    Reason.TIMEOUT: (StatusCode.DEADLINE_EXCEEDED, 408),
    Reason.THROTTLED: (StatusCode.UNAVAILABLE, 429),
    Reason.UNAUTHENTICATED: (StatusCode.UNAUTHENTICATED, 401),
    Reason.MALFORMED: (StatusCode.INVALID_ARGUMENT, 400),
    Reason.TOO_LARGE: (StatusCode.RESOURCE_EXHAUSTED, 413),
    Reason.UNSUPPORTED_MEDIA_TYPE: (StatusCode.INVALID_ARGUMENT, 415),
    Reason.UNSUPPORTED_COMPRESSION: (StatusCode.UNIMPLEMENTED, 415),
    Reason.UNSUPPORTED_SIGNAL: (StatusCode.UNIMPLEMENTED, 404),
    Reason.UNKNOWN_PATH: (StatusCode.NOT_FOUND, 404),
    Reason.WRONG_METHOD: (StatusCode.UNIMPLEMENTED, 405),
    Reason.CLIENT_GONE: (StatusCode.CANCELLED, 400),
}

#: Exporters give a batch about ten seconds in all: a longer wait would make them drop it at once.
_SHORTEST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 3.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One request that was not taken. `retry_after` (seconds) is set where trying again helps."""

    reason: Reason
    message: str
    retry_after: float | None = None

    @property
    def grpc_status(self) -> StatusCode:
        return STATUS[self.reason][0]

    @property
    def http_status(self) -> int:
        return STATUS[self.reason][1]


class Refused(Exception):
    """Carries a `Refusal` from where it is found to where it is answered.

    With ``retry_after`` (seconds) it is one that is worth trying again: see `come_again`.
    """

    def __init__(self, reason: Reason, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        if retry_after is None:
            self.refusal = Refusal(reason, message)
        else:
            self.refusal = come_again(reason, message, retry_after)


def come_again(reason: Reason, message: str, retry_after: float = _SHORTEST_WAIT) -> Refusal:
    """A retryable refusal, with a wait that exporters are known to accept."""
    return Refusal(reason, message, min(max(retry_after, _SHORTEST_WAIT), _LONGEST_WAIT))


def unsupported_metrics() -> Refusal:
    """Metrics are refused: a handoff cannot be seen in them."""
    return Refusal(
        Reason.UNSUPPORTED_SIGNAL,
        "Intact takes traces and logs, not metrics: send metrics to your metrics backend"
        " (for instance OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, or OTEL_METRICS_EXPORTER=none)",
    )
