"""Errors as statuses with `google.rpc` details."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from server.contract.diagnostics import bad_request
from server.metrics import REJECTIONS
from solver.instance.resolved import Diagnostic

MOST_VIOLATIONS = 200
"""Violations in one status: it travels in the call's trailers, which are short."""
LONGEST_DETAIL_BYTES = 6000
DOMAIN = "inferplan"


class Rejection(StrEnum):
    """Why a call was turned away that was right in itself."""

    SERVER_CALLS = "server_calls"
    SLOTS = "slots"
    QUEUE = "queue"
    DEADLINE = "deadline"
    CALLER_CALLS = "caller_calls"
    CALLER_SOLVES = "caller_solves"
    CALLER_QUEUE = "caller_queue"
    CALLER_RATE = "caller_rate"
    UNKNOWN_CALLER = "unknown_caller"
    SCOPE = "scope"


def refuse_instance(context: grpc.ServicerContext, diagnostics: Iterable[Diagnostic]) -> NoReturn:
    """INVALID_ARGUMENT with a violation for every error, at the instance's own paths."""
    _refuse_bad(context, "the instance has errors", bad_request(diagnostics))


def refuse_field(context: grpc.ServicerContext, field: str, description: str) -> NoReturn:
    """INVALID_ARGUMENT for one field of a request."""
    violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=description)
    _refuse_bad(context, f"{field}: {description}", error_details_pb2.BadRequest(field_violations=[violation]))


def refuse_for_now(
    context: grpc.ServicerContext, message: str, retry_seconds: float, reason: Rejection = Rejection.SLOTS
) -> NoReturn:
    """RESOURCE_EXHAUSTED with the time after which to try again."""
    REJECTIONS.labels(reason.value).inc()
    delay = duration_pb2.Duration(seconds=int(retry_seconds), nanos=int(retry_seconds % 1 * 1e9))
    _abort(context, code_pb2.RESOURCE_EXHAUSTED, message, error_details_pb2.RetryInfo(retry_delay=delay))


def refuse_unknown(context: grpc.ServicerContext, message: str) -> NoReturn:
    """UNAUTHENTICATED."""
    REJECTIONS.labels(Rejection.UNKNOWN_CALLER.value).inc()
    info = error_details_pb2.ErrorInfo(reason="UNKNOWN_CALLER", domain=DOMAIN)
    _abort(context, code_pb2.UNAUTHENTICATED, message, info)


def refuse_scope(context: grpc.ServicerContext, scope: str) -> NoReturn:
    """PERMISSION_DENIED for want of a scope."""
    REJECTIONS.labels(Rejection.SCOPE.value).inc()
    info = error_details_pb2.ErrorInfo(reason="SCOPE_MISSING", domain=DOMAIN, metadata={"scope": scope})
    _abort(context, code_pb2.PERMISSION_DENIED, f"the scope {scope} is needed", info)


def _refuse_bad(context: grpc.ServicerContext, message: str, found: error_details_pb2.BadRequest) -> NoReturn:
    """Violations that do not fit the trailers are counted in the message."""
    violations = list(found.field_violations)
    kept: list[error_details_pb2.BadRequest.FieldViolation] = []
    size = 0
    for violation in violations[:MOST_VIOLATIONS]:
        size += violation.ByteSize()
        if size > LONGEST_DETAIL_BYTES:
            break
        kept.append(violation)
    left = len(violations) - len(kept)
    message += f" ({left} more are told by Planner.Validate)" if left else ""
    _abort(context, code_pb2.INVALID_ARGUMENT, message, error_details_pb2.BadRequest(field_violations=kept))


def _abort(context: grpc.ServicerContext, code: int, message: str, detail: Message) -> NoReturn:
    packed = any_pb2.Any()
    packed.Pack(detail)
    status = rpc_status.to_status(status_pb2.Status(code=code, message=message, details=[packed]))
    told = context.trailing_metadata() or ()
    trailers = (*told, *status.trailing_metadata)
    context.abort_with_status(_Status(status.code, status.details, trailers))  # type: ignore[arg-type] # by attributes
    raise AssertionError("abort_with_status raises")


class _Status(NamedTuple):
    """What grpc wants of a status."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, str | bytes], ...]
