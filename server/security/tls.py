"""Encryption: certificates from files, taken over for new connections when they change."""

from __future__ import annotations

from pathlib import Path

import grpc

from server.security.listening import ListenError
from server.security.watched import Watched
from server.settings import Tls


def server_credentials(tls: Tls) -> grpc.ServerCredentials:
    """Credentials of a server. Raises ListenError where a file is missing or key and certificate do not belong together."""
    paths = (tls.certificate_file, tls.key_file, *(() if tls.client_ca_file is None else (tls.client_ca_file,)))
    watched = Watched(paths, lambda: _configuration(tls), ListenError)
    first = watched.content()
    told = [watched.version]

    def changed() -> grpc.ServerCertificateConfiguration | None:
        """For every new connection; None: go on with what there is."""
        content = watched.content()
        if watched.version == told[0]:
            return None
        told[0] = watched.version
        return content

    return grpc.dynamic_ssl_server_credentials(
        first,
        changed,  # type: ignore[arg-type] # the stubs leave out None, which gRPC takes for no change
        require_client_authentication=tls.client_ca_file is not None,
    )


def _configuration(tls: Tls) -> grpc.ServerCertificateConfiguration:
    certificate, key = _read(tls.certificate_file), _read(tls.key_file)
    authorities = None if tls.client_ca_file is None else _read(tls.client_ca_file)
    _check_pair(tls)
    return grpc.ssl_server_certificate_configuration([(key, certificate)], root_certificates=authorities)


def _check_pair(tls: Tls) -> None:
    """gRPC takes any bytes and fails at every handshake; the standard library says what is wrong."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(tls.certificate_file, tls.key_file, password=_no_password)
        if tls.client_ca_file is not None:
            context.load_verify_locations(tls.client_ca_file)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror or "not readable as PEM"
        raise ListenError(f"{tls.certificate_file} and {tls.key_file}: {reason}") from error


def _no_password() -> str:
    """An encrypted key is an error, not a question on the terminal."""
    return ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ListenError(f"{path}: {error.strerror}") from error
