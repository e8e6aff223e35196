"""TLS for all listeners, with certificates that may be renewed while the collector runs.

In: files in PEM. Out: an `ssl.SSLContext` for the web servers and credentials for gRPC, both of
which take the new certificate for the next connection after `Tls.renew` has read it. A renewed
file that cannot be used changes nothing and is said once.

A client CA that is added is trusted from the next renewal on; one that is removed stays trusted by
the web servers (not by gRPC) until the collector starts anew, since OpenSSL cannot forget it.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc

from intact.errors import ConfigError


@dataclass(frozen=True, slots=True)
class _Material:
    """What the files held when they were read together."""

    certificate: bytes
    key: bytes
    client_ca: bytes | None


class Tls:
    """The certificate of this collector, and whose certificates it asks clients for.

    Args:
        certificate: Certificate chain of the server, PEM.
        key: Its private key, PEM, without a pass phrase.
        client_ca: Authorities of client certificates. With it, every client has to show one
            (mTLS).

    Raises:
        ConfigError: A file cannot be read, or they do not fit together.
    """

    def __init__(self, certificate: Path, key: Path, client_ca: Path | None = None) -> None:
        self._files = (certificate, key, client_ca)
        self._material = self._read()
        self.context = self._context()

    def renew(self) -> bool:
        """Read the files again; whether anything changed.

        Raises:
            ConfigError: The new files cannot be used; the old certificate stays in place.
        """
        material = self._read()
        if material == self._material:
            return False
        self._context()  # raises before anything that is in use is touched
        certificate, key, client_ca = self._files
        self.context.load_cert_chain(certificate, key)
        if client_ca is not None:
            self.context.load_verify_locations(client_ca)
        self._material = material
        return True

    def grpc_credentials(self) -> grpc.ServerCredentials:
        """Credentials for gRPC's listener. They ask for the certificate at each handshake."""
        return grpc.dynamic_ssl_server_credentials(
            self._grpc_configuration(),
            self._grpc_configuration,
            require_client_authentication=self._material.client_ca is not None,
        )

    def _grpc_configuration(self) -> grpc.ServerCertificateConfiguration:
        material = self._material
        return grpc.ssl_server_certificate_configuration(
            [(material.key, material.certificate)], root_certificates=material.client_ca
        )

    def _read(self) -> _Material:
        certificate, key, client_ca = self._files
        return _Material(
            _content(certificate, "tls_cert"),
            _content(key, "tls_key"),
            None if client_ca is None else _content(client_ca, "tls_client_ca"),
        )

    def _context(self) -> ssl.SSLContext:
        certificate, key, client_ca = self._files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        try:
            # An empty pass phrase: a key that has one is refused, and nobody is asked at a prompt.
            context.load_cert_chain(certificate, key, password="")
        except (ssl.SSLError, ValueError):
            raise ConfigError(
                f"tls_cert {certificate} and tls_key {key} are no pair of a PEM certificate and its"
                " private key without a pass phrase"
            ) from None
        if client_ca is not None:
            try:
                context.load_verify_locations(client_ca)
            except ssl.SSLError:
                raise ConfigError(f"tls_client_ca {client_ca} holds no PEM certificate") from None
            context.verify_mode = ssl.CERT_REQUIRED
        return context


def _content(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{setting} {path} cannot be read: {error.strerror}") from None
