"""One call: its id, its line in the log, its place in the figures and in the trace."""

from __future__ import annotations

import re
import time
import uuid
from types import TracebackType

import grpc

from server.logs import fault, log_for, note
from server.metrics import call_ended
from server.security.caller import Caller
from server.store.errors import StoreUnavailableError
from server.tracing import NOTHING, Span, call_span

HEADER = "x-request-id"
_SOUND = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Call:
    """Opened before anything is done for the call, closed after the last message.

    Takes the caller's request id where it is a sound one, else makes one; the first and the last metadata of the call tell it.
    """

    def __init__(self, method: str, context: grpc.ServicerContext) -> None:
        self._method = method
        self._context = context
        self._began = time.monotonic()
        self._owner = ""
        metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        asked = metadata.get(HEADER, "")
        self.id = asked if _SOUND.fullmatch(asked) else uuid.uuid4().hex
        self._metadata = metadata
        self._span: Span = NOTHING

    def __enter__(self) -> Call:
        """Tell the id and start the clock."""
        log_for(self.id)
        pair = ((HEADER, self.id),)
        self._context.set_trailing_metadata(pair)
        self._context.send_initial_metadata(pair)
        self._span = call_span(self._method, self._metadata, self.id)
        return self

    def made_by(self, caller: Caller) -> None:
        """Whose call it is, for the log."""
        self._owner = caller.owner

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Log it. The status that a method set stays, a store that is away is UNAVAILABLE, any other exception is INTERNAL."""
        unexpected = isinstance(error, Exception) and self._code() is None and self._context.is_active()
        away = unexpected and isinstance(error, StoreUnavailableError)
        if away:
            self._context.set_code(grpc.StatusCode.UNAVAILABLE)
        elif unexpected:
            fault("fault", method=self._method)
            self._context.set_code(grpc.StatusCode.INTERNAL)
        code = self._code()
        if code is None:
            code = grpc.StatusCode.OK if self._context.is_active() and error is None else grpc.StatusCode.CANCELLED
        seconds = time.monotonic() - self._began
        call_ended(self._method, code.name, seconds)
        self._span.set_attribute("rpc.grpc.status_code", int(code.value[0]))
        self._span.end()
        facts = {"owner": self._owner} if self._owner else {}
        note("call", method=self._method, code=code.name, seconds=round(seconds, 4), peer=self._context.peer(), **facts)
        if away:
            self._context.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        if unexpected:
            text = f"a fault in the service; its log has it under request {self.id}"
            self._context.abort(grpc.StatusCode.INTERNAL, text)

    def _code(self) -> grpc.StatusCode | None:
        code = self._context.code()  # type: ignore[attr-defined] # missing in the stubs
        return code if isinstance(code, grpc.StatusCode) else None
