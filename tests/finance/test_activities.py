"""Every stream of the money table by hand: one unit of each decision, month by month.

12 months in two half-years, one slot of 24 hours: 730 hours a month. Discount rate 0 unless told otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from solver.catalog.entries import ApiPriceTier
from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.deployments.types import Call, ServeKind
from solver.finance.activities import Activities
from solver.finance.ledger import busy_kw, egress_gb_per_request
from solver.finance.streams import FloatArray, Stream, UnitFlow
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve

MONTHS = np.arange(12)


def values(*offers: dict[str, Any], finance: dict[str, Any] | None = None, **blocks: Any) -> dict[str, Any]:
    """One site with the offers: boxes of 2 chips, 3 kW full and 1 kW idle."""
    place = {"name": "here", "offers": list(offers), **blocks.pop("site", {})}
    return {
        "schema": "inferplan/v1",
        "name": "money",
        "horizon": {"start": "2027-01", "months": 12, "stage_months": 6, "days": "every-day", "slot_hours": 24},
        "finance": {"discount_rate": 0.0, "residual": "none", **(finance or {})},
        "workloads": [
            {
                "name": "chat",
                "requests_per_second": {"mean": 1},
                "lengths": [{"input_tokens": 600, "output_tokens": 200, "share": 1}],
                "batch": {"share": 0.5},
                "prefix_cache_hit_rate": 0.25,
            }
        ],
        "models": [{"name": "m"}],
        "accelerators": [{"name": "chip"}],
        "servers": [
            {"name": "box", "accelerator": "chip", "accelerators": 2, "power_kw": 3, "idle_power_kw": 1},
        ],
        "serving": {"tensor_parallel": [2], "concurrency": [8]},
        "profiles": [
            {
                "model": "m",
                "accelerator": "chip",
                "tensor_parallel": 2,
                "points": [{"input_tokens": 600, "output_tokens": 200, "requests_per_second": 2.0}],
            }
        ],
        "sites": [place],
        "policy": {"queueing": "off", "planning_margin": {"measured": 0.8}},
        **blocks,
    }


def offer(kind: str, **terms: Any) -> dict[str, Any]:
    """An offer of boxes."""
    return {"kind": kind, "server": "box", **terms}


def activities(*offers: dict[str, Any], **fields: Any) -> Activities:
    """Unit flows of the instance."""
    return Activities(resolve(parse_instance(values(*offers, **fields))))


def standing(found: Activities, stage: int = 0, discount: float = 0.0) -> UnitFlow:
    """One server of the only offer."""
    return found.standing(found.resolved.offers[0], found.resolved.stages[stage], discount)


def at(*amounts: tuple[int, float]) -> FloatArray:
    """Amounts at month indices 0..12."""
    flow = np.zeros(13)
    for index, amount in amounts:
        flow[index] += amount
    return flow


def monthly(amount: Any, first: int = 0, end: int = 12) -> FloatArray:
    """The amount of months first..end-1 in arrears; an array has a figure for every month."""
    every = np.broadcast_to(np.asarray(amount, dtype=float), (12,))
    return at(*((month + 1, float(every[month])) for month in range(first, end)))


def close(flow: FloatArray | None, expected: FloatArray) -> bool:
    """Equal but for rounding."""
    return flow is not None and np.allclose(flow, expected, rtol=1e-12, atol=1e-9)


def test_capex_at_the_order_with_trend_and_tier() -> None:
    """Ordered 6 months ahead for the second half-year at month 0: 1,000; for a lead of 2 at month 4: 1,000 x 0.7^(4/12)."""
    for lead, month in ((6, 0), (2, 4)):
        terms = offer("purchase", usd_per_server=1000, price_change_per_year=-0.3, lead_time_months=lead)
        found = activities(terms)
        paid = 1000 * 0.7 ** (month / 12)
        assert close(standing(found, 1).by_stream[Stream.CAPEX], at((month, paid)))
        assert close(standing(found, 1, 0.1).by_stream[Stream.CAPEX], at((month, 0.9 * paid)))


def test_residual_on_the_market() -> None:
    """Bought for the second half-year it is 6 months old at the end: half way from 0.8 to 0.4 of the price paid."""
    curve = [{"age_months": 0, "share": 0.8}, {"age_months": 12, "share": 0.4}]
    found = activities(
        offer("purchase", usd_per_server=1000, life_months=60, resale=curve), finance={"residual": "market"}
    )
    assert close(standing(found, 1).by_stream[Stream.RESIDUAL], at((12, -600)))
    assert close(standing(found, 0).by_stream[Stream.RESIDUAL], at((12, -400)))
    assert close(standing(found, 0, 0.5).by_stream[Stream.RESIDUAL], at((12, -200)))


def test_residual_when_it_leaves_before_the_end() -> None:
    """A life of 6 months ends with the first half-year: sold at index 6."""
    curve = [{"age_months": 0, "share": 0.8}, {"age_months": 12, "share": 0.4}]
    found = activities(
        offer("purchase", usd_per_server=1000, life_months=6, resale=curve), finance={"residual": "market"}
    )
    assert close(standing(found).by_stream[Stream.RESIDUAL], at((6, -600)))


@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_residual_of_an_annuity(rate: float) -> None:
    """12 of 48 months used. r = 0: 3/4 of the price. Else a = C r / (1 - v^48), and what 36 more payments are worth."""
    finance = {"residual": "annuity", "discount_rate": rate}
    found = activities(offer("purchase", usd_per_server=1000, life_months=48), finance=finance)
    monthly_rate = (1 + rate) ** (1 / 12) - 1
    payment = 1000 / 48 if rate == 0 else 1000 * monthly_rate / (1 - (1 + monthly_rate) ** -48)
    left = payment * 36 if rate == 0 else payment * (1 - (1 + monthly_rate) ** -36) / monthly_rate
    assert close(standing(found).by_stream[Stream.RESIDUAL], at((12, -left)))
    # Charged exactly its annuity for the months it served.
    served = sum(payment * (1 + monthly_rate) ** -month for month in range(1, 13))
    assert sum(standing(found).present_values(found.factors).values()) == pytest.approx(served)


def test_lease() -> None:
    """50 USD a month at the price of the order month 4: 50 x 1.2^(4/12), in months 6 to 11."""
    found = activities(
        offer("lease", usd_per_server_month=50, term_months=24, price_change_per_year=0.2, lead_time_months=2)
    )
    assert close(standing(found, 1).by_stream[Stream.LEASE], monthly(50 * 1.2 ** (4 / 12), 6))


def test_commitment() -> None:
    """9 months from the start, 40 % upfront: 0.4 x 2 x 730 x 9 at once, 0.6 x 2 x 730 in each of 9 months, though only the first
    half-year is served whole."""
    found = activities(offer("reserved", usd_per_hour=2, term_months=9, upfront_share=0.4))
    flow = standing(found).by_stream
    assert close(flow[Stream.COMMITMENT], at((0, 0.4 * 2 * 730 * 9)) + monthly(0.6 * 2 * 730, 0, 9))
    assert Stream.RESIDUAL not in flow


def test_commitment_beyond_the_horizon() -> None:
    """From month 6 for 12 months at prices of month 6: half of the upfront payment is unexpired at the end; none in mode none."""
    terms = offer("reserved", usd_per_hour=2, term_months=12, upfront_share=0.5, price_change_per_year=-0.1)
    month = 2 * 0.9**0.5 * 730
    for mode in ("market", "annuity", "none"):
        flow = standing(activities(terms, finance={"residual": mode}), 1).by_stream
        assert close(flow[Stream.COMMITMENT], at((6, 0.5 * month * 12)) + monthly(0.5 * month, 6))
        if mode == "none":
            assert Stream.RESIDUAL not in flow
        else:
            assert close(flow[Stream.RESIDUAL], at((12, -0.5 * month * 6)))


@pytest.mark.parametrize("kind", ["on_demand", "spot"])
def test_rent(kind: str) -> None:
    """One server-hour a month of the second half-year at each month's price."""
    found = activities(offer(kind, usd_per_hour=3, price_change_per_year=0.1))
    assert close(found.rented_hour(0, 1).by_stream[Stream.RENT], monthly(3 * 1.1 ** (MONTHS / 12), 6))


def test_hosting() -> None:
    """PUE 1.5; electricity 0.2 USD/kWh + 10 % a year; idle 1 kW; 100 USD per kW-month; 12 % of 1,000 a year; 40 USD a month of
    staff + 4 % a year; 60 USD per accelerator-year of 2; 500 g/kWh at 80 USD/t."""
    room = {
        "pue": 1.5,
        "electricity": {"usd_per_kwh": 0.2, "escalation_per_year": 0.1},
        "colocation_usd_per_kw_month": 100,
        "staff_usd_per_server_month": 40,
        "carbon_g_per_kwh": 500,
    }
    terms = {"maintenance_share_per_year": 0.12, "software_usd_per_accelerator_year": 60}
    policy = {"carbon_price_usd_per_tonne": 80}
    expected = {
        Stream.POWER: 1 * 1.5 * 730 * 0.2 * 1.1 ** (MONTHS / 12),
        Stream.COLOCATION: 3 * 100.0,
        Stream.MAINTENANCE: 10.0,
        Stream.STAFF: 40 * 1.04 ** (MONTHS / 12),
        Stream.SOFTWARE: 10.0,
        Stream.CARBON: 1 * 1.5 * 730 * 500 / 1e6 * 80,
    }
    for kind, more in (
        ("purchase", {"usd_per_server": 1000, "price_change_per_year": -0.5}),
        ("existing", {"usd_per_server": 1000, "count": 3}),
        ("lease", {"usd_per_server_month": 1}),
    ):
        found = activities(
            offer(kind, **more, **terms), site=room, policy=policy, finance={"wage_escalation_per_year": 0.04}
        )
        start = 0 if kind == "existing" else 1
        flow = standing(found, start)
        for stream, amount in expected.items():
            if kind == "lease" and stream is Stream.MAINTENANCE:
                assert stream not in flow.by_stream
            else:
                assert close(flow.by_stream[stream], monthly(amount, 6 * start)), (kind, stream)
        assert flow.tonnes == pytest.approx(1.5 * 730 * 500 / 1e6 * (12 - 6 * start))
        assert (Stream.CAPEX in flow.by_stream) == (kind == "purchase")


def test_existing_servers_leave() -> None:
    """A remaining life of 7 months is one whole half-year of electricity."""
    terms = offer("existing", count=1, remaining_life_months=7)
    found = activities(terms, site={"electricity": {"usd_per_kwh": 0.1}})
    assert close(standing(found).by_stream[Stream.POWER], monthly(73.0, 0, 6))


def test_busy_energy() -> None:
    """A replica of 2 chips fills the box: 1 / (0.8 x 2) replicas busy per request/s, each (3 - 1) kW above idle."""
    resolved = resolve(parse_instance(values(offer("purchase", usd_per_server=1), site={"pue": 1.2})))
    found = enumerate_candidates(resolved)
    deployment = found.deployments[0]
    assert busy_kw(deployment.services[0], deployment, resolved.pools[0]) == pytest.approx(2 / 1.6)


def test_busy_kwh_in_a_room_and_rented() -> None:
    """1 kWh of IT energy a month: 1.2 kWh at the meter, paid for in one's own room only; emissions in both."""
    place = {"pue": 1.2, "electricity": {"usd_per_kwh": 0.5}, "carbon_g_per_kwh": 1000}
    policy = {"carbon_price_usd_per_tonne": 10}
    own = activities(offer("purchase", usd_per_server=1), site=place, policy=policy).busy_kwh(0, 1)
    rented = activities(offer("on_demand", usd_per_hour=1), site=place, policy=policy).busy_kwh(0, 1)
    assert close(own.by_stream[Stream.POWER], monthly(0.6, 6))
    assert Stream.POWER not in rented.by_stream
    for flow in (own, rented):
        assert close(flow.by_stream[Stream.CARBON], monthly(0.0012 * 10, 6))
        assert flow.tonnes == pytest.approx(6 * 0.0012)


def test_carbon_of_rented_and_committed_servers() -> None:
    """1 kW idle at PUE 1.2 and 1,000 g/kWh: 0.0012 t an hour rented; committed 9 months of 730 hours, served or not."""
    place = {"pue": 1.2, "carbon_g_per_kwh": 1000}
    policy = {"carbon_price_usd_per_tonne": 10}
    hour = activities(offer("on_demand", usd_per_hour=1), site=place, policy=policy).rented_hour(0, 0)
    assert hour.tonnes == pytest.approx(6 * 0.0012)
    assert close(hour.by_stream[Stream.CARBON], monthly(0.012, 0, 6))
    term = standing(activities(offer("reserved", usd_per_hour=1, term_months=9), site=place, policy=policy))
    assert term.tonnes == pytest.approx(9 * 730 * 0.0012)
    assert close(term.by_stream[Stream.CARBON], monthly(730 * 0.012, 0, 9))


def test_egress() -> None:
    """200 tokens of 4 bytes an answer; 0.09 USD for each GB."""
    found = activities(offer("on_demand", usd_per_hour=1), site={"egress_usd_per_gb": 0.09})
    assert egress_gb_per_request(200) == pytest.approx(800 / 1e9)
    assert close(found.egress_gb(0, 0).by_stream[Stream.EGRESS], monthly(0.09, 0, 6))


def endpoint(**prices: float) -> dict[str, Any]:
    """4 USD per million input tokens, 1 cached, 8 output; prices fall by 19 % a year."""
    return {
        "api": "maker/x",
        "usd_per_million_input_tokens": 4,
        "usd_per_million_cached_input_tokens": 1,
        "usd_per_million_output_tokens": 8,
        "price_change_per_year": -0.19,
        "carbon_g_per_million_tokens": 500,
        **prices,
    }


@pytest.mark.parametrize("kind", list(ServeKind))
@pytest.mark.parametrize("batch", [False, True])
def test_api_tokens(kind: ServeKind, batch: bool) -> None:
    """450 input tokens at 4, 150 cached at 1, 200 output at 8: 3,550 / 1e6 USD; at batch prices 600 at 2 and 200 at 4: 2,000 / 1e6,
    no cached price. 800 tokens emit 0.4 g."""
    prices = {f"batch_usd_per_million_{what}_tokens": usd for what, usd in (("input", 2.0), ("output", 4.0))}
    found = activities(
        offer("on_demand", usd_per_hour=1),
        endpoints=[endpoint(**(prices if batch else {}))],
        policy={"carbon_price_usd_per_tonne": 100},
    )
    flow = found.request(Call(0, 0, kind, 0, None, True), found.resolved.stages[1])
    usd = 2000 / 1e6 if batch and kind is ServeKind.BATCH else 3550 / 1e6
    assert close(flow.by_stream[Stream.API_TOKENS], monthly(usd * 0.81 ** (MONTHS / 12), 6))
    assert flow.tonnes == pytest.approx(6 * 0.4e-6)
    assert close(flow.by_stream[Stream.CARBON] * 1e6, monthly(0.4e-6 * 100, 6) * 1e6)


@pytest.mark.parametrize(("hours", "usd"), [(24, 2000 / 1e6), (23, 3550 / 1e6)])
def test_a_batch_price_whose_answer_comes_too_late_is_not_paid(hours: float, usd: float) -> None:
    """Answered within 24 h: in time for a deadline of 24 h; with one of 23 h the request pays the real-time price."""
    prices = {f"batch_usd_per_million_{what}_tokens": usd for what, usd in (("input", 2.0), ("output", 4.0))}
    found = activities(offer("on_demand", usd_per_hour=1), endpoints=[endpoint(**prices)])
    workload = replace(found.resolved.workloads[0], batch_share=0.5, deadline_hours=hours)
    found = Activities(replace(found.resolved, workloads=(workload,)))
    assert found.request_figures(Call(0, 0, ServeKind.BATCH, 0, None, True))[0] == pytest.approx(usd)


@pytest.mark.parametrize(("input_tokens", "usd"), [(600, 3550 / 1e6), (601, (451 * 8 + 150 * 8 + 200 * 10) / 1e6)])
def test_a_request_pays_the_tier_that_its_input_exceeds(input_tokens: int, usd: float) -> None:
    """Above 600 input tokens 8 in (cached too, as no cached price is stated) and 10 out, for all tokens of the request."""
    found = activities(offer("on_demand", usd_per_hour=1), endpoints=[endpoint()])
    tier = ApiPriceTier(above_input_tokens=600, usd_per_million_input_tokens=8, usd_per_million_output_tokens=10)
    workload = found.resolved.workloads[0]
    bucket = workload.buckets[0].model_copy(update={"input_tokens": input_tokens})
    given = replace(
        found.resolved,
        workloads=(replace(workload, buckets=(bucket,), prefix_cache_hit_rate=150 / input_tokens),),
        endpoints=(replace(found.resolved.endpoints[0], tiers=(tier,)),),
    )
    answer = Activities(given).request_figures(Call(0, 0, ServeKind.REAL_TIME, 0, None, True))
    assert answer[0] == pytest.approx(usd)


def test_tax_of_a_purchase() -> None:
    """t = 25 %; 1,200 USD over 24 months: 50 a month for 12 months of service. Book value 600; sold for 0.4 x 1,200 = 480: a loss of
    120 that saves 30. Maintenance of 10 a month saves 2.5."""
    curve = [{"age_months": 0, "share": 0.4}]
    terms = offer("purchase", usd_per_server=1200, maintenance_share_per_year=0.1, life_months=60, resale=curve)
    tax = {"residual": "market", "tax": {"rate": 0.25, "depreciation_months": 24}}
    flow = standing(activities(terms, finance=tax)).by_stream
    assert close(flow[Stream.TAX], monthly(-12.5 - 2.5) + at((12, -30.0)))


def test_tax_of_a_purchase_written_off_early() -> None:
    """Depreciated in 3 months of the second half-year, ordered 4 months before; worth nothing at the end."""
    terms = offer("purchase", usd_per_server=1200, lead_time_months=4)
    tax = {"residual": "none", "tax": {"rate": 0.5, "depreciation_months": 3}}
    flow = standing(activities(terms, finance=tax), 1).by_stream
    assert close(flow[Stream.CAPEX], at((2, 1200.0)))
    assert close(flow[Stream.TAX], monthly(-200.0, 6, 9))


def test_tax_of_operating_costs_is_at_the_same_index() -> None:
    """A commitment's upfront payment of 17,520 USD saves tax when it is paid; half of it is unexpired and taxed back."""
    tax = {"residual": "market", "tax": {"rate": 0.2, "depreciation_months": 24}}
    found = activities(offer("reserved", usd_per_hour=1, term_months=24, upfront_share=1.0), finance=tax)
    flow = standing(found).by_stream
    assert close(flow[Stream.TAX], at((0, -0.2 * 730 * 24), (12, 0.2 * 730 * 12)))
    assert close(flow[Stream.RESIDUAL], at((12, -730.0 * 12)))
    rented = activities(offer("on_demand", usd_per_hour=1), finance=tax).rented_hour(0, 0).by_stream
    assert close(rented[Stream.TAX], monthly(-0.2, 0, 6))


def test_discount_factors() -> None:
    """21 % a year: after 6 months 1 / 1.1, after 12 months 1 / 1.21."""
    factors = activities(offer("on_demand", usd_per_hour=1), finance={"discount_rate": 0.21}).factors
    assert factors[[0, 6, 12]] == pytest.approx([1.0, 1 / 1.1, 1 / 1.21])
