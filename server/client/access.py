"""How a client reaches a server: encryption, token, and the options of the channel."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from server.security.listening import ListenError, host_and_port, is_loopback

LARGEST_MESSAGE_BYTES = 64 << 20
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [
                {"service": "inferplan.v1.Jobs"},
                {"service": "inferplan.v1.Catalog"},
                {"service": "inferplan.v1.Planner", "method": "Validate"},
                *(
                    {"service": "inferplan.v1.Studies", "method": method}
                    for method in ("Submit", "Get", "List", "Watch", "Cancel", "Delete")
                ),
            ],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.2s",
                "maxBackoff": "5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
"""Every method here may be called twice: submitting by its key, deleting because a job is gone once. Solve is not retried."""

OPTIONS: tuple[tuple[str, str | int], ...] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.max_receive_message_length", LARGEST_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)
"""Of a channel: retries by gRPC itself, the largest plan, and a look now and then whether the server is still there."""

Metadata = tuple[tuple[str, str], ...]


class AccessError(Exception):
    """The server cannot be reached this way; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Access:
    """Token and certificates. With `ca_file` or `encrypted` the connection is TLS, else it is plaintext.

    `token_file` is read before every call, so that a new token needs no restart. `ca_file` None: the system's authorities.
    `certificate_file` with `key_file` is what the client shows of itself (mTLS).
    """

    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    encrypted: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.encrypted or self.ca_file is not None or self.certificate_file is not None

    def credentials(self) -> grpc.ChannelCredentials:
        """What an encrypted channel is made with. Raises AccessError for a file that is missing."""
        if (self.certificate_file is None) != (self.key_file is None):
            raise AccessError("a client certificate and its key go together")
        root = None if self.ca_file is None else _read(self.ca_file)
        if self.certificate_file is None or self.key_file is None:
            return grpc.ssl_channel_credentials(root)
        return grpc.ssl_channel_credentials(root, _read(self.key_file), _read(self.certificate_file))

    def check(self, address: str) -> None:
        """Raises AccessError where a token would go over a network in plaintext."""
        if self.tls or (self.token is None and self.token_file is None):
            return
        try:
            host, _ = host_and_port(address)
        except ListenError as error:
            raise AccessError(str(error)) from error
        if not is_loopback(host):
            raise AccessError(
                f"{address}: a token is sent over an encrypted connection only: give the server's authority"
            )

    def metadata(self) -> Metadata:
        """Of one call: an id of its own, and the token."""
        found = (("x-request-id", uuid.uuid4().hex),)
        token = self.token if self.token_file is None else _read(self.token_file).decode("ascii", "replace").strip()
        return found if token is None else (*found, ("authorization", f"Bearer {token}"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from error
