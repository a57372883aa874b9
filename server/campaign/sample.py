"""A small instance as a message, whole in itself: nothing of it is looked up, and it is solved in a tenth of a second."""

from __future__ import annotations

from functools import cache
from typing import Any

from inferplan.v1 import instance_pb2
from server.contract.instance import message_from_instance
from solver.instance.load import parse_instance

_VALUES: dict[str, Any] = {
    "schema": "inferplan/v1",
    "name": "campaign",
    "horizon": {"start": "2027-01", "months": 12, "stage_months": 6, "days": "every-day", "slot_hours": 12},
    "finance": {"discount_rate": 0.09, "residual": "none"},
    "workloads": [
        {
            "name": "chat",
            "requests_per_second": {"mean": 10},
            "lengths": [{"input_tokens": 400, "output_tokens": 100, "share": 1.0}],
        }
    ],
    "models": [{"name": "m", "params_total_b": 8}],
    "accelerators": [{"name": "chip", "memory_gb": 80, "power_w": 700}],
    "servers": [{"name": "box", "accelerator": "chip", "accelerators": 1, "power_kw": 2, "idle_power_kw": 1}],
    "profiles": [
        {
            "model": "m",
            "accelerator": "chip",
            "points": [{"input_tokens": 400, "output_tokens": 100, "requests_per_second": 2}],
        }
    ],
    "sites": [
        {"name": "cloud", "offers": [{"kind": "on_demand", "server": "box", "usd_per_hour": 9}]},
    ],
    "endpoints": [
        {"api": "maker/x", "model": "m", "usd_per_million_input_tokens": 5, "usd_per_million_output_tokens": 15}
    ],
    "policy": {"queueing": "off", "planning_margin": {"measured": 1.0}},
}


@cache
def sample_instance() -> instance_pb2.Instance:
    """The instance; always the same message, not to be changed (a request that is made with it holds a copy)."""
    return message_from_instance(parse_instance(_VALUES).instance)
