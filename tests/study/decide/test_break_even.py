"""Break-even against closed forms, and honesty where gaps leave a sign open."""

from __future__ import annotations

import math

from solver.study.decide.break_even import Saving, crossings, saving
from tests.model.case import API_RPS_YEAR, api, buy, instance, site, workload

from .farmer import answered


def only(result: object) -> dict[str, object]:
    """The only break-even of the only scenario."""
    (found,) = result.figures["break_even"]["base"]  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]


def against_api(rps: float = 2.0, usd: float = 10_000.0) -> dict[str, object]:
    """Servers to buy against an API at 1 USD per million tokens: 31,536 USD a year for each request/s."""
    return instance(site("room", buy(usd)), endpoints=[api(1.0)], workloads=[workload(rps=rps)])


KIND = {"kind": "break_even", "against": "api_only", "tolerance": 1e-3}


def test_api_price() -> None:
    """2 servers for 20,000 against 2 x 31,536 k: k = 0.3171."""
    found = only(answered({**KIND, "of": "api_price", "low": 0.1, "high": 2.0}, against_api()))
    exact = 20_000 / (2 * API_RPS_YEAR)
    assert found["low"] <= exact <= found["high"] and found["high"] - found["low"] <= 1e-3  # type: ignore[operator]
    assert found["decided"] and found["pays_above"] and not found["pays_below"]


def test_hardware_price() -> None:
    """20,000 k against 63,072: k = 3.1536; owning ceases to pay above."""
    found = only(answered({**KIND, "of": "hardware_price", "low": 0.5, "high": 5.0}, against_api()))
    assert found["low"] <= 2 * API_RPS_YEAR / 20_000 <= found["high"]  # type: ignore[operator]
    assert found["pays_below"] and not found["pays_above"]


def test_volume() -> None:
    """Below one request/s a single server for 10,000 against 31,536 v: at 2 v requests/s, v = 0.15855."""
    found = only(answered({**KIND, "of": "volume", "low": 0.05, "high": 0.45}, against_api()))
    assert found["low"] <= 10_000 / (2 * API_RPS_YEAR) <= found["high"]  # type: ignore[operator]


def test_growth() -> None:
    """A year's mean level at growth g of a mean of 2 requests/s: the API costs 2 x 31,536 x mean_i (1+g)^(i/12). At a server price

    of 40,000 with 2 servers up to their limit the API is cheaper until it costs 80,000: 1.2684 times the flat year; but above 2
    requests/s a third server is needed, so growth that pays needs 120,000: never within 0.5. Below: shrinking demand never pays.
    """
    result = answered({**KIND, "of": "growth", "low": -0.5, "high": 0.5}, against_api(usd=40_000.0))
    assert result.figures["break_even"]["base"] == []
    assert "at no value tried" in result.words[0]


def test_utilisation() -> None:
    """Mean demand 2 and servers for the highest hour: 2 / u of them at 10,000 each, against 63,072 USD for the API. Seven servers are

    too dear, six pay: from u = 1/3 on. The shape (one busy slot of four) can be stretched down to 0.25.
    """
    hours = [1.0] * 18 + [3.0] * 6
    places = site("room", buy(10_000.0))
    given = instance(places, endpoints=[api(1.0)], workloads=[workload(rps=2.0, hours=hours)], slot_hours=6)
    found = only(answered({**KIND, "of": "utilisation", "low": 0.26, "high": 0.9}, given))
    assert found["low"] <= 1 / 3 <= found["high"] and found["pays_above"]  # type: ignore[operator]


def test_owning_that_is_impossible_does_not_pay() -> None:
    """One server in stock: beyond half of the volume owning alone is impossible, so it pays between 0.1586 and 0.5 only."""
    given = instance(site("room", buy(10_000.0, stock=1)), endpoints=[api(1.0)], workloads=[workload(rps=2.0)])
    result = answered({**KIND, "of": "volume", "low": 0.05, "high": 1.0, "scan_points": 5}, given)
    begins, ceases = result.figures["break_even"]["base"]
    assert begins["low"] <= 10_000 / (2 * API_RPS_YEAR) <= begins["high"]
    assert ceases["pays_below"] and ceases["low"] <= 0.5 <= ceases["high"]


def test_a_stretch_that_gaps_leave_open_is_told_as_such() -> None:
    """Signs proven up to 3 and from 4: the interval is narrowed to the stretch and no further."""
    (found,) = crossings(lambda x: -1 if x <= 3 else (1 if x >= 4 else 0), [0.0, 10.0], 1e-3)
    assert 2.998 < found.low <= 3 and 4 <= found.high < 4.002 and not found.decided


def test_saving_uses_bounds() -> None:
    """Own in [90, 100], other in [95, 110]: the saving lies in [-5, 20] and its sign is open; with [101, 110] it is proven."""
    own = {"status": "ok", "lifecycle_usd": 100.0, "bound_usd": 90.0}
    other = {"status": "ok", "lifecycle_usd": 110.0, "bound_usd": 95.0}
    assert saving(1.0, own, other, 0.0) == Saving(1.0, -5.0, 20.0, 100.0, 110.0)
    assert saving(1.0, own, other, 0.0).sign == 0
    assert saving(1.0, own, {**other, "bound_usd": 101.0}, 0.0).sign == 1
    assert saving(1.0, {"status": "failed", "termination": "INFEASIBLE"}, other, 0.0).sign == -1
    assert saving(1.0, None, other, 0.0).sign is None
    assert math.isnan(saving(1.0, None, other, 0.0).low)
