"""Logs as one JSON object a line on stderr. Nothing of a request's content goes into them, and no secret."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

LOGGER = logging.getLogger("inferplan.server")
_SECRETS = re.compile(r"ipt_[0-9a-f]{16}_[0-9a-f]+|(?<=://)[^/@\s\"]+:[^/@\s\"]*(?=@)|(?<=[Bb]earer )[^\s\"]+")
"""Tokens, and what stands for user and password in addresses: no line should have them; if one does, they are taken out."""
_request_id: ContextVar[str] = ContextVar("request_id", default="")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if _request_id.get():
            found["request_id"] = _request_id.get()
        found.update(getattr(record, "facts", {}))
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return _SECRETS.sub("***", json.dumps(found, default=str))


def log_to_stderr() -> None:
    """Send the server's log to stderr, from INFO on; the libraries' warnings too, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)


def log_for(request_id: str) -> None:
    """What follows in this call is logged under its request id. gRPC gives every call a context of its own."""
    _request_id.set(request_id)


def note(event: str, **facts: object) -> None:
    """Something that happened, with its facts."""
    LOGGER.info(event, extra={"facts": facts})


def fault(event: str, **facts: object) -> None:
    """An exception that is being handled and that nobody expected."""
    LOGGER.exception(event, extra={"facts": facts})
