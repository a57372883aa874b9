"""Around every call: who makes it, whether it may, a request id, a line in the log, and INTERNAL for what nobody expected.

Every method is served as a stream of bytes, so that a caller is known and has room before a byte of its request is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from server.admission import Admission, on_pool
from server.calls import Call
from server.errors import Rejection, refuse_field, refuse_for_now, refuse_scope, refuse_unknown
from server.security.authentication import Authentication, UnknownCallerError
from server.security.caller import Caller, serve_for
from server.security.quotas import CallerQuotas, QuotaError
from server.security.scopes import OPEN, SOLVES, needed

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Details: TypeAlias = grpc.HandlerCallDetails
Behavior: TypeAlias = Callable[[Iterator[bytes], grpc.ServicerContext], Any]


class Requests(grpc.ServerInterceptor):
    """Stands before every method of a server."""

    def __init__(self, admission: Admission, authentication: Authentication, quotas: CallerQuotas) -> None:
        self._admission = admission
        self._authentication = authentication
        self._quotas = quotas

    def intercept_service(
        self, continuation: Callable[[Details], Handler | None], handler_call_details: Details
    ) -> Any:
        """The method's own handler, guarded; or a refusal where the server has no room."""
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        pool = self._admission.pool_of(method)
        if pool is None:
            return self._admission.refusal
        if handler.response_streaming:
            streamed = on_pool(pool, self._streamed(method, handler))
            return grpc.stream_stream_rpc_method_handler(streamed, None, handler.response_serializer)
        single = on_pool(pool, self._single(method, handler))
        return grpc.stream_unary_rpc_method_handler(single, None, handler.response_serializer)

    def _single(self, method: str, handler: Handler) -> Behavior:
        behavior, read = _asking(handler)

        def serve(requests: Iterator[bytes], context: grpc.ServicerContext) -> Any:
            with self._guarded(method, context):
                return behavior(read(requests, context), context)

        return serve

    def _streamed(self, method: str, handler: Handler) -> Behavior:
        behavior, read = _asking(handler)

        def serve(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[Any]:
            with self._guarded(method, context), closing(behavior(read(requests, context), context)) as answers:
                for answer in answers:
                    if method not in OPEN:
                        self._known(method, context)  # a token may have been taken back since the stream began
                    yield answer

        return serve

    @contextmanager
    def _guarded(self, method: str, context: grpc.ServicerContext) -> Iterator[None]:
        """A call from its first byte to its line in the log."""
        with Call(method, context) as call, ExitStack() as held:
            if method not in OPEN:
                caller = self._known(method, context)
                call.made_by(caller)
                try:
                    held.enter_context(self._quotas.held(caller, solve=method in SOLVES))
                except QuotaError as error:
                    refuse_for_now(context, str(error), error.retry_seconds, Rejection(error.reason))
            yield

    def _known(self, method: str, context: grpc.ServicerContext) -> Caller:
        try:
            caller = self._authentication.caller(context)
        except UnknownCallerError as error:
            refuse_unknown(context, str(error))
        scope = needed(method)
        if not caller.may(scope):
            refuse_scope(context, scope.value)
        serve_for(caller)
        return caller


def _asking(handler: Handler) -> tuple[Callable[[Any, Any], Any], Callable[[Iterator[bytes], Any], Any]]:
    """What serves the method, and what makes its request of the bytes."""
    parse = handler.request_deserializer or bytes
    behavior: Any = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream

    def one(requests: Iterator[bytes], context: grpc.ServicerContext) -> Any:
        request = next(requests, None)
        if request is None:
            refuse_field(context, "request", "must be sent")
        return _parsed(parse, request, context)

    def many(requests: Iterator[bytes], context: grpc.ServicerContext) -> Any:
        return (_parsed(parse, request, context) for request in requests)

    return behavior, many if handler.request_streaming else one


def _parsed(parse: Callable[[bytes], Any], request: bytes, context: grpc.ServicerContext) -> Any:
    """gRPC would call unreadable bytes INTERNAL; they are the caller's fault."""
    try:
        return parse(request)
    except DecodeError:
        refuse_field(context, "request", "is no message of this method")
