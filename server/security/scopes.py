"""Which scope each method takes."""

from __future__ import annotations

from server.settings import Scope

_OURS = "/inferplan.v1."
_READ, _SOLVE = Scope.READ, Scope.SOLVE

OPEN = frozenset({"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/List"})
"""Told to everybody: load balancers have no account."""

NEEDED: dict[str, Scope] = {
    f"{_OURS}Planner/Validate": _READ,
    f"{_OURS}Planner/Solve": _SOLVE,
    f"{_OURS}Planner/Explain": _SOLVE,
    f"{_OURS}Studies/Run": _SOLVE,
    f"{_OURS}Studies/Submit": _SOLVE,
    f"{_OURS}Studies/Get": _READ,
    f"{_OURS}Studies/List": _READ,
    f"{_OURS}Studies/Watch": _READ,
    f"{_OURS}Studies/Cancel": _SOLVE,
    f"{_OURS}Studies/Delete": _SOLVE,
    f"{_OURS}Jobs/Submit": _SOLVE,
    f"{_OURS}Jobs/Get": _READ,
    f"{_OURS}Jobs/List": _READ,
    f"{_OURS}Jobs/Watch": _READ,
    f"{_OURS}Jobs/Cancel": _SOLVE,
    f"{_OURS}Jobs/Delete": _SOLVE,
    f"{_OURS}Catalog/List": _READ,
    f"{_OURS}Catalog/Get": _READ,
    f"{_OURS}Catalog/GetSchema": _READ,
}

SOLVES = frozenset({f"{_OURS}Planner/Solve", f"{_OURS}Planner/Explain", f"{_OURS}Studies/Run"})
"""Methods that count as solves of their caller while they last."""


def needed(method: str) -> Scope:
    """Scope that a method takes; a method that is not listed takes the highest."""
    return NEEDED.get(method, _READ if method.startswith("/grpc.reflection.") else Scope.ADMIN)
