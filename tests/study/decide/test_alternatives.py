"""Alternatives by hand: caps hold, and what is found is the best of its kind."""

from __future__ import annotations

import pytest

from tests.model.case import api, buy, instance, rent, site

from .farmer import answered, base


def remarks(result: object) -> dict[str, object]:
    """Cost by alternative."""
    return {str(row.inputs["alternative"]): row for row in result.rows}  # type: ignore[attr-defined]


def test_no_purchase_within_the_cap_or_not() -> None:
    """Least cost 20,000 (2 bought), without purchases 35,040: within 80 % (36,000), not within 70 % (34,000)."""
    kind = {"kind": "alternatives", "find": ["no_purchase"]}
    within = remarks(answered({**kind, "within": 0.8}))["no_purchase"]
    assert within.status == "ok" and within.lifecycle_usd == pytest.approx(35_040)  # type: ignore[attr-defined]
    beyond = remarks(answered({**kind, "within": 0.7}))["no_purchase"]
    assert beyond.status == "failed" and "proven" in beyond.reason  # type: ignore[attr-defined]


def test_least_capex_below_a_cap() -> None:
    """Within 40 % (28,000): one server bought, one rented, 27,520. Within 30 % (26,000): no less than two bought."""
    kind = {"kind": "alternatives", "find": ["least_capex"]}
    one = remarks(answered({**kind, "within": 0.4}))["least_capex"]
    assert one.capex_usd == pytest.approx(10_000) and one.lifecycle_usd == pytest.approx(27_520)  # type: ignore[attr-defined]
    two = remarks(answered({**kind, "within": 0.3}))["least_capex"]
    assert two.capex_usd == pytest.approx(20_000) and two.lifecycle_usd == pytest.approx(20_000)  # type: ignore[attr-defined]


def test_fewest_vendors() -> None:
    """Demand 3, one server of maker-x in stock: 10,000; the API of another maker takes the rest, 2 x 8,000. The API alone: 24,000.

    Within 10 % of 26,000 nothing changes as 24,000 would be cheaper: so the server costs 6,000 here: least cost 22,000, alone 24,000.
    """
    usd = 8_000 / (3600 * 8760 * 1000 / 1e6)
    given = instance(site("room", buy(6_000.0, stock=1)), endpoints=[api(usd)])
    given["workloads"][0]["requests_per_second"]["mean"] = 3.0
    kind = {"kind": "alternatives", "find": ["fewest_vendors"]}
    wide = remarks(answered({**kind, "within": 0.1}, given))["fewest_vendors"]
    assert wide.lifecycle_usd == pytest.approx(24_000)  # type: ignore[attr-defined]
    tight = remarks(answered({**kind, "within": 0.05}, given))["fewest_vendors"]
    assert tight.lifecycle_usd == pytest.approx(22_000) and "none has fewer" in str(tight.inputs["remark"])  # type: ignore[attr-defined]


def test_most_different_keeps_the_cap_and_goes_as_far_as_it_can() -> None:
    """Cap 36,000, optimum 2 bought. Bought 0 and rented 2 (35,040) differs by 2 + 2 = 4; 3 bought and none rented by 1.

    One bought costs 10,000, one rented 17,520: below the cap at most 1 rented beside 1 bought (27,520; distance 2), 2 rented
    (35,040; 4), or 3 bought (30,000; 1). So 4, in one stage and two pools.
    """
    result = answered({"kind": "alternatives", "find": ["most_different"], "within": 0.8})
    found = remarks(result)["most_different"]
    assert found.lifecycle_usd <= 36_000 + 1e-3 and found.verified  # type: ignore[attr-defined]
    assert str(found.inputs["remark"]).startswith("4.0 server-stages away from the least cost; at most 4.0")  # type: ignore[attr-defined]


def test_an_infeasible_base_is_told() -> None:
    """No alternatives to nothing."""
    given = base()
    given["sites"] = [site("room", buy(10_000.0, stock=1))]
    result = answered({"kind": "alternatives"}, given)
    assert [row.status for row in result.rows] == ["failed"]
    assert rent()["kind"] == "on_demand"
