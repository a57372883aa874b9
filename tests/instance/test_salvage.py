"""What is left of a faulty instance: a copy that shares with the given values all that is not at fault."""

from __future__ import annotations

import copy
from typing import Any

from solver.instance.checks import check
from solver.instance.salvage import findings_despite

SITES = 20


def _values() -> dict[str, Any]:
    """Many sites, and an offer of the last but one whose server is not known."""
    offer = {"kind": "on_demand", "server": "box", "usd_per_hour": 9}
    sites = [{"name": f"site-{n}", "offers": [dict(offer)]} for n in range(SITES)]
    sites[SITES - 2]["offers"] = [{**offer, "usd_per_hour": -1}, {**offer, "server": "nonsuch"}]
    return {
        "schema": "inferplan/v1",
        "name": "many-sites",
        "horizon": {"start": "2027-01", "months": 12},
        "finance": {"discount_rate": 0.09},
        "workloads": [
            {
                "name": "chat",
                "requests_per_second": {"mean": 10},
                "lengths": [{"input_tokens": 400, "output_tokens": 100, "share": 1.0}],
            }
        ],
        "models": [{"name": "m", "params_total_b": 8}],
        "accelerators": [{"name": "chip", "memory_gb": 80, "power_w": 700}],
        "servers": [{"name": "box", "accelerator": "chip", "accelerators": 1, "power_kw": 2}],
        "sites": sites,
    }


def test_the_given_values_stay_as_they_are_and_places_are_those_of_the_file() -> None:
    values = _values()
    before = copy.deepcopy(values)
    faults = [("sites", 3), ("sites", SITES - 2, "offers", 0, "usd_per_hour"), ("horizon", "start")]
    found = findings_despite(values, faults, {}, check)
    assert values == before
    assert [finding.path for finding in found] == [f"sites[{SITES - 2}].offers[1].server"]
