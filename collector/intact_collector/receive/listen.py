"""Addresses, and sockets that listen on them.

In: ``HOST:PORT``. Out: an `Address`, a bound socket, or an error that says which setting to change.
"""

from __future__ import annotations

import errno
import socket

from intact.errors import ConfigError
from intact_collector.config import Address
from intact_collector.errors import ListenError


def parse_address(text: str) -> Address:
    """Read ``HOST:PORT``; an IPv6 host stands in brackets.

    >>> parse_address("[::1]:4317")
    Address(host='::1', port=4317)

    Raises:
        ConfigError: it is something else.
    """
    host, separator, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed:
        host = host[1:-1]
    if (
        not separator
        or not host
        or (":" in host and not bracketed)
        or not (port.isascii() and port.isdigit() and int(port) <= 65535)
    ):
        raise ConfigError(
            f"{text!r} is no address to listen on: write HOST:PORT, such as 127.0.0.1:4317"
            " or [::1]:4317 (port 0 means any free port)"
        )
    return Address(host, int(port))


def bind(address: Address, what: str) -> socket.socket:
    """Bind a TCP socket, not yet listening, with `what` named in errors.

    Raises:
        ListenError: the address is taken, unknown or not allowed.
    """
    try:
        infos = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError as error:
        raise _cannot(address, what, error) from None
    family, kind, protocol, _, target = infos[0]
    bound = socket.socket(family, kind, protocol)
    try:
        # A restarted collector shall not wait for the old one's connections to time out.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(target)
        bound.listen()  # Linux finds an address in use only now when both sockets reuse it
    except OSError as error:
        bound.close()
        raise _cannot(address, what, error) from None
    return bound


def refuse_taken(address: Address, what: str) -> None:
    """Find out early, and by its real reason, that an address cannot be bound.

    Raises:
        ListenError: as for `bind`.
    """
    if address.port:
        bind(address, what).close()


def _cannot(address: Address, what: str, error: OSError) -> ListenError:
    if error.errno == errno.EADDRINUSE:
        why = (
            "another program listens there (another collector?):"
            " stop it, or choose another address; port 0 takes any free port"
        )
    elif error.errno == errno.EACCES:
        why = "not allowed: choose a port above 1023"
    elif isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        why = "this machine has no such address: 127.0.0.1 is itself, 0.0.0.0 all its addresses"
    else:
        why = error.strerror or type(error).__name__
    return ListenError(f"cannot listen on {address} for {what}: {why}")
