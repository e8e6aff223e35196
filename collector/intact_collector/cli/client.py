"""Asks a running collector.

TLS uses the system's authorities, or those of SSL_CERT_FILE; a token comes from INTACT_TOKEN, so
that it is on no command line.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import orjson

from intact_collector.errors import Unreachable

#: Where `intact serve` answers when nobody moved it.
DEFAULT_URL = "http://127.0.0.1:4380"

_SECONDS = 30.0


def asked(url: str, path: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object that a collector answers.

    Raises:
        Unreachable: Nobody answers there, or nobody who is a collector.
    """
    request = urllib.request.Request(url.rstrip("/") + path)
    if token := environment.get("INTACT_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            said = orjson.loads(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 401:
            raise Unreachable(f"{url} asks for a token: set INTACT_TOKEN") from None
        raise Unreachable(f"{url} answers with {error.code}: is it a collector's --http?") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise Unreachable(
            f"no collector answers at {url} ({why}): start `intact serve`, or give --url URL"
        ) from None
    if not isinstance(said, dict) or "intact" not in said:
        raise Unreachable(f"{url} answers, but not as a collector: is it its --http address?")
    return said
