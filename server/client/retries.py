"""When to try again: the service says so, or the connection broke."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Between tries where the service names no time; the last one repeats."""
BROKEN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL)
"""What a stream that can be resumed may end with when a server or a connection is lost."""


class Patience:
    """Pauses between tries, until there has been nothing but refusals for so long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tries = 0
        self._heard = time.monotonic()

    def heard(self) -> None:
        """Something came: patience is as long as at first."""
        self._tries, self._heard = 0, time.monotonic()

    def pause(self, error: grpc.RpcError, *, resumes: bool = False) -> float:
        """Seconds before the next try. Raises the error where there should be none.

        `resumes`: the call goes on where it broke off, so a broken connection is a reason to try again too; gRPC itself
        retries UNAVAILABLE of every other call.
        """
        named = retry_seconds(error)
        again = named is not None or (resumes and error.code() in BROKEN)
        wait = self._wait() if named is None else named * random.uniform(1.0, 1.5)
        if not again or time.monotonic() + wait - self._heard > self._seconds:
            raise error
        self._tries += 1
        return wait

    def _wait(self) -> float:
        return PAUSES_SECONDS[min(self._tries, len(PAUSES_SECONDS) - 1)] * random.uniform(0.8, 1.2)


def retry_seconds(error: grpc.RpcError) -> float | None:
    """After which time the service wants to be asked again; None where it does not say so."""
    if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
        return None
    status = _status(error)
    info = error_details_pb2.RetryInfo()
    for packed in status.details if status is not None else ():
        if packed.Unpack(info):
            return float(info.retry_delay.seconds + info.retry_delay.nanos / 1e9)
    return None


def _status(error: grpc.RpcError) -> rpc_status.status_pb2.Status | None:
    """The detailed status, the same way from both kinds of gRPC's errors."""
    trailers: Iterable[tuple[str, bytes]] = error.trailing_metadata() or ()  # type: ignore[assignment] # pairs at run time
    for key, value in trailers:
        if key == rpc_status.GRPC_DETAILS_METADATA_KEY:
            return rpc_status.status_pb2.Status.FromString(value)
    return None
