"""Most of what one caller may have: calls at a time, solves at a time, calls a minute."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from server.security.caller import Caller
from server.settings import Quotas

MOST_REMEMBERED = 10_000
"""Callers whose rate is remembered; beyond, who was seen longest ago is forgotten, which can only favour it."""
SLOT_SECONDS = 2.0


class QuotaError(Exception):
    """The caller has all that it may have. The message is for the caller; `retry_seconds` is when to try again."""

    def __init__(self, message: str, reason: str, retry_seconds: float) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_seconds = retry_seconds


@dataclass(slots=True)
class _Account:
    tokens: float
    at: float
    calls: int = 0
    solves: int = 0


class CallerQuotas:
    """Accounts of the callers of one server. Those that are not told apart have none."""

    def __init__(self, quotas: Quotas, clock: Callable[[], float] = time.monotonic) -> None:
        self._quotas = quotas
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def held(self, caller: Caller, *, solve: bool) -> Iterator[None]:
        """One call of a caller while it lasts. Raises QuotaError."""
        if not caller.owner:
            yield
            return
        with self._lock:
            account = self._account(caller.owner)
            self._check(account, solve)
            account.tokens -= 1
            account.calls += 1
            account.solves += solve
        try:
            yield
        finally:
            with self._lock:
                account.calls -= 1
                account.solves -= solve

    def _account(self, owner: str) -> _Account:
        now = self._clock()
        account = self._accounts.get(owner)
        if account is None:
            account = self._accounts[owner] = _Account(float(self._quotas.burst), now)
            self._forget()
        self._accounts.move_to_end(owner)
        filled = account.tokens + (now - account.at) * self._quotas.requests_per_minute / 60
        account.tokens, account.at = min(filled, float(self._quotas.burst)), now
        return account

    def _forget(self) -> None:
        for owner in list(self._accounts)[: max(0, len(self._accounts) - MOST_REMEMBERED)]:
            if not self._accounts[owner].calls:
                del self._accounts[owner]

    def _check(self, account: _Account, solve: bool) -> None:
        quotas = self._quotas
        if account.tokens < 1:
            wait = (1 - account.tokens) * 60 / quotas.requests_per_minute
            raise QuotaError(f"more than {quotas.requests_per_minute} calls a minute", "caller_rate", wait)
        if account.calls >= quotas.calls:
            raise QuotaError(f"{quotas.calls} calls of this caller are open already", "caller_calls", SLOT_SECONDS)
        if solve and account.solves >= quotas.solves:
            raise QuotaError(f"{quotas.solves} solves of this caller are open already", "caller_solves", SLOT_SECONDS)
