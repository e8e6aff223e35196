"""Sockets that listen.

In: an `Address`. Out: a bound socket, or an error that says what to do.
"""

from __future__ import annotations

import errno
import socket

from intact_collector.config import Address
from intact_collector.errors import ListenError


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
