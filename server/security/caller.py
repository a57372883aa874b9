"""Who calls: known for the length of a call to everything that serves it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from server.settings import Scope

EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. `owner` names it in the jobs it submits; empty where callers are not told apart."""

    owner: str
    scopes: frozenset[Scope]

    @property
    def reach(self) -> str | None:
        """Owner whose jobs it may see and end; None: everyone's."""
        return None if Scope.ADMIN in self.scopes else self.owner

    def may(self, scope: Scope) -> bool:
        """Whether it has a scope; admin has all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


ANYONE = Caller("", EVERYTHING)
"""Every caller of a server that does not tell them apart."""

_caller: ContextVar[Caller] = ContextVar("caller", default=ANYONE)


def current_caller() -> Caller:
    """Who makes the call that is being served here."""
    return _caller.get()


def serve_for(caller: Caller) -> None:
    """What follows in this call is done for a caller. gRPC gives every call a context of its own."""
    _caller.set(caller)
