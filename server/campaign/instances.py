"""Instances of the campaign: tiny ones with a known cost, some that take a second or two, one that never ends by itself."""

from __future__ import annotations

from typing import Any

from inferplan.v1 import instance_pb2
from server.contract.instance import message_from_instance
from solver.instance.load import parse_instance

Values = dict[str, Any]

_LENGTHS = [(200, 100), (800, 300), (3000, 500), (6000, 200)]
_DAY = [1, 1, 1, 1, 1, 2, 3, 5, 7, 9, 9, 8, 8, 9, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def tiny(number: int) -> instance_pb2.Instance:
    """One workload, one kind of server bought or rented, one API; solved in some tens of milliseconds."""
    values = _frame(f"tiny-{number}")
    values["horizon"] = {"start": "2027-01", "months": 12, "stage_months": 6, "days": "every-day", "slot_hours": 12}
    values["workloads"] = [
        {
            "name": "chat",
            "requests_per_second": {"mean": 10 + number % 100},
            "lengths": [{"input_tokens": 400, "output_tokens": 100, "share": 1.0}],
        }
    ]
    values["accelerators"] = [{"name": "chip", "memory_gb": 80, "power_w": 700}]
    values["servers"] = [
        {"name": "box", "accelerator": "chip", "accelerators": 1, "power_kw": 2, "idle_power_kw": 1, "rack_units": 4}
    ]
    values["profiles"] = [
        {
            "model": "m",
            "accelerator": "chip",
            "points": [{"input_tokens": 400, "output_tokens": 100, "requests_per_second": 2}],
        }
    ]
    values["sites"] = [
        {
            "name": "room",
            "power_kw": 400,
            "electricity": {"usd_per_kwh": 0.1},
            "offers": [{"kind": "purchase", "server": "box", "usd_per_server": 30000 + 10 * number}],
        },
        {"name": "cloud", "offers": [{"kind": "on_demand", "server": "box", "usd_per_hour": 9}]},
    ]
    values["endpoints"] = [
        {"api": "maker/x", "model": "m", "usd_per_million_input_tokens": 5, "usd_per_million_output_tokens": 15}
    ]
    return _message(values)


def slow(number: int) -> instance_pb2.Instance:
    """Many chips, orders of a least size, replicas that stay: a proven plan within some 3 % after a second or more."""
    values = _many_chips(f"slow-{number}", 1 + 0.05 * number)
    values["solve"] = {"relative_gap": 0.03, "time_limit_seconds": 600}
    return _message(values)


def endless(seconds: float = 3600.0) -> instance_pb2.Instance:
    """The same with a proof asked for that takes much longer than anybody waits."""
    values = _many_chips("endless", 1.0)
    values["solve"] = {"relative_gap": 0.0, "time_limit_seconds": seconds}
    return _message(values)


def _frame(name: str) -> Values:
    return {
        "schema": "inferplan/v1",
        "name": name,
        "finance": {"discount_rate": 0.09, "residual": "none"},
        "models": [{"name": "m", "params_total_b": 8}],
        "policy": {"queueing": "off", "planning_margin": {"measured": 1.0}},
    }


def _many_chips(name: str, scale: float) -> Values:
    values = _frame(name)
    chips = [(f"chip{i}", 40 + 20 * i, 1.0 + 0.9 * i) for i in range(5)]
    values["horizon"] = {"start": "2027-01", "months": 24, "stage_months": 6, "days": "every-day", "slot_hours": 4}
    values["workloads"] = [
        {
            "name": f"work{n}",
            "requests_per_second": {
                "mean": scale * (7 + 6 * n),
                "growth_per_year": 0.3,
                "shape": {"weekday": _DAY[3 * n :] + _DAY[: 3 * n]},
            },
            "lengths": [
                {"input_tokens": i, "output_tokens": o, "share": 0.25 + 0.05 * (1 - n) * (1 if k % 2 else -1)}
                for k, (i, o) in enumerate(_LENGTHS)
            ],
        }
        for n in range(3)
    ]
    values["accelerators"] = [{"name": c, "memory_gb": gb, "power_w": 500, "vendor": c} for c, gb, _ in chips]
    values["servers"] = [
        {"name": f"{c}-box", "accelerator": c, "accelerators": 4, "power_kw": 2 + k, "idle_power_kw": 1}
        for k, (c, _, _) in enumerate(chips)
    ]
    values["profiles"] = [
        {
            "model": "m",
            "accelerator": c,
            "points": [
                {"input_tokens": i, "output_tokens": o, "requests_per_second": 400 * speed / (0.3 * i + (1 + k) * o)}
                for i, o in _LENGTHS
            ],
        }
        for k, (c, _, speed) in enumerate(chips)
    ]
    values["sites"] = [
        {
            "name": "room",
            "electricity": {"usd_per_kwh": 0.1},
            "offers": [
                {
                    "kind": "purchase",
                    "server": f"{c}-box",
                    "usd_per_server": 30000 + 27000 * k,
                    "minimum_order": 3,
                    "price_change_per_year": -0.1 * k,
                }
                for k, (c, _, _) in enumerate(chips)
            ],
        },
        {
            "name": "cloud",
            "offers": [
                {"kind": "on_demand", "server": f"{c}-box", "usd_per_hour": 3 + 3.3 * k}
                for k, (c, _, _) in enumerate(chips)
            ],
        },
    ]
    values["policy"] = {**values["policy"], "minimum_replicas": 2, "spare": "n+1"}
    return values


def _message(values: Values) -> instance_pb2.Instance:
    return message_from_instance(parse_instance(values).instance)
