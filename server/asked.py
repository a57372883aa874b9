"""The instance that a request asks about."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext

import grpc

from inferplan.v1 import instance_pb2
from server.contract.instance import instance_from_message
from server.errors import refuse_instance
from server.settings import Settings
from solver.instance.check_size import SizeLimits, sizes_within
from solver.instance.diagnostics import InstanceError
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance

LARGE_BYTES = 32 * 1024
"""From here on messages are read one at a time: reading takes up to 150 times their size, and no longer together than in turn."""
_large = threading.Lock()


def resolved_message(message: instance_pb2.Instance, settings: Settings | None = None) -> ResolvedInstance:
    """The whole problem of a message; one that is too large is refused from its counts, before anything is built.

    Raises InstanceError with everything that is wrong; a message that is not set lacks all that is required.
    """
    most = SizeLimits() if settings is None else SizeLimits(settings.largest_rates, settings.largest_routes)
    with _in_turn(message), sizes_within(most):
        return resolve(parse_instance(instance_from_message(message)))


def _in_turn(message: instance_pb2.Instance) -> AbstractContextManager[object]:
    return _large if message.ByteSize() >= LARGE_BYTES else nullcontext()


def resolved_or_refused(
    context: grpc.ServicerContext, message: instance_pb2.Instance, settings: Settings
) -> ResolvedInstance:
    """The same; errors end the call as INVALID_ARGUMENT."""
    try:
        return resolved_message(message, settings)
    except InstanceError as error:
        refuse_instance(context, error.diagnostics)
