"""Where a server may listen, and who is on the same machine."""

from __future__ import annotations

import ipaddress

from server.settings import Settings


class ListenError(Exception):
    """The server cannot or may not listen there."""


def host_and_port(address: str) -> tuple[str, int]:
    """Parts of an address such as 127.0.0.1:50051 or [::1]:50051, brackets taken off. Raises ListenError."""
    host, _, port = address.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not bare or (":" in bare and bare is host) or not port.isdecimal() or int(port) > 65535:
        raise ListenError(f"{address}: not an address such as 127.0.0.1:50051")
    return bare, int(port)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, reached by itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_peer(peer: str) -> bool:
    """Whether gRPC's name of a caller's address (ipv4:127.0.0.1:5, ipv6:%5B::1%5D:5) is on this machine."""
    kind, _, rest = peer.partition(":")
    if kind == "unix":
        return True
    host = rest.rpartition(":")[0].replace("%5B", "").replace("%5D", "").strip("[]")
    return is_loopback(host)


def check_listening(settings: Settings) -> None:
    """Raises ListenError for an address that may not be listened on with these settings."""
    host, _ = host_and_port(settings.listen)
    if is_loopback(host):
        return
    if settings.tls is None and settings.accounts.token_file is not None:
        raise ListenError(f"{settings.listen}: tokens off loopback need encryption: give `tls`")
    if settings.insecure:
        return
    if settings.tls is None:
        raise ListenError(
            f"{settings.listen}: without encryption only loopback is listened on, unless --insecure is given"
        )
    if not settings.tells_callers_apart:
        raise ListenError(
            f"{settings.listen}: without tokens or client certificates only loopback is listened on, unless --insecure is given"
        )
