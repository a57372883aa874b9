"""Names become entries, defaults become figures, and every assumed figure is noted with its source."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from solver.catalog.load import catalog
from solver.instance.diagnostics import InstanceError
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.resolved import ResolvedInstance, Severity
from solver.instance.schema import Instance
from solver.instance.schema.sites import OnDemand, Purchase, Reserved, Spot
from solver.instance.timeline import SlotKind
from tests.instance.base import Values, sound


def resolved(**changes: object) -> ResolvedInstance:
    return resolve(parse_instance({**sound(), **changes}))


def notes(instance: ResolvedInstance) -> dict[str, str]:
    return {d.path: d.rule for d in instance.diagnostics if d.severity is Severity.NOTE}


def test_pools_are_site_and_server_and_know_whose_room_it_is() -> None:
    found = resolved()
    assert [pool.name for pool in found.pools] == ["own-room/house-box", "own-room/dgx-h100", "cloud/p5.48xlarge"]
    assert [pool.hosted for pool in found.pools] == [True, True, False]
    assert [offer.pool for offer in found.offers] == [0, 1, 1, 2, 2, 2]
    assert [offer.index for offer in found.offers] == list(range(6))
    assert len({offer.name for offer in found.offers}) == 6


def test_own_entries_win_over_the_catalog() -> None:
    data = sound()
    data["servers"].append({"name": "dgx-h100", "accelerator": "house-chip", "accelerators": 4, "power_kw": 2})
    found = resolve(parse_instance(data))
    assert found.pools[1].accelerator.name == "house-chip"
    assert found.pools[1].server.power_kw == 2


def test_names_are_told_apart_without_case_and_written_as_their_entries() -> None:
    data = sound()
    data["models"][0] = "llama 3.1 8b instruct"
    data["workloads"][0]["models"] = ["LLAMA-3.1-8B-INSTRUCT"]
    data["sites"][1]["offers"][0]["server"] = "P5.48xlarge"
    data["profiles"][0]["model"] = "House-13B"
    found = resolve(parse_instance(data))
    assert found.models[0].name == "Llama-3.1-8B-Instruct"
    assert found.workloads[0].models == ("Llama-3.1-8B-Instruct",)
    assert found.offers[3].pool == found.offers[4].pool
    assert found.offers[3].terms.server == "p5.48xlarge"
    assert found.instance.profiles[0].model == "house-13b"


def test_a_discount_is_taken_off_the_on_demand_price() -> None:
    found = resolved()
    on_demand, reserved = found.offers[3].terms, found.offers[4].terms
    assert isinstance(on_demand, OnDemand)
    assert isinstance(reserved, Reserved)
    assert on_demand.usd_per_hour is not None
    assert reserved.usd_per_hour == pytest.approx(on_demand.usd_per_hour * 0.64)
    assert reserved.discount is None
    assert "catalog" in notes(found)["sites[1].offers[0].usd_per_hour"]


def test_a_discount_is_taken_off_the_sites_own_price_first() -> None:
    data = sound()
    data["sites"][1]["offers"][0]["usd_per_hour"] = 50
    terms = resolve(parse_instance(data)).offers[4].terms
    assert isinstance(terms, Reserved)
    assert terms.usd_per_hour == pytest.approx(32)


def test_reserved_prices_come_from_the_catalog_by_term() -> None:
    listed = next(price for price in catalog().rentals if price.pricing == "reserved")
    site = {
        "name": "region",
        "provider": listed.provider,
        "region": listed.region,
        "offers": [{"kind": "reserved", "server": listed.server, "term_months": listed.term_months}],
    }
    data = sound()
    data["sites"].append(site)
    terms = resolve(parse_instance(data)).offers[-1].terms
    assert isinstance(terms, Reserved)
    assert terms.usd_per_hour == listed.usd_per_hour


def test_a_site_named_after_its_region_needs_no_provider() -> None:
    data = sound()
    del data["sites"][1]["provider"], data["sites"][1]["region"]
    data["sites"][1]["name"] = "aws-us-east-1"
    found = resolve(parse_instance(data))
    assert "provider aws, region us-east-1" in notes(found)["sites[1].name"]


def test_purchases_get_the_reference_resale_curve_and_say_so() -> None:
    data = sound()
    del data["sites"][0]["offers"][1]["resale"]
    found = resolve(parse_instance(data))
    terms = found.offers[1].terms
    assert isinstance(terms, Purchase)
    assert [point.age_months for point in terms.resale] == [0, 12, 24, 36, 48, 60]
    assert terms.resale[0].share == 1
    assert "low standing" in notes(found)["sites[0].offers[1].resale"]
    data["finance"]["residual"] = "annuity"
    terms = resolve(parse_instance(data)).offers[1].terms
    assert isinstance(terms, Purchase)
    assert terms.resale == ()


def test_power_that_is_not_stated() -> None:
    data = sound()
    data["servers"][0].pop("idle_power_kw")
    found = resolve(parse_instance(data))
    assert found.pools[0].server.idle_power_kw == pytest.approx(0.9)  # 30 % of 3 kW
    assert "30%" in notes(found)["sites[0].offers[0].server"]
    data["servers"][0].pop("power_kw")
    found = resolve(parse_instance(data))
    assert (found.pools[0].server.power_kw, found.pools[0].server.idle_power_kw) == (0, 0)
    warnings = [d.path for d in found.diagnostics if d.severity is Severity.WARNING]
    assert "sites[0].offers[0].server" in warnings


def test_spot_availability_is_noted_where_it_is_the_default() -> None:
    found = resolved()
    assert isinstance(found.offers[5].terms, Spot)
    assert "assumption" in notes(found)["sites[1].offers[2].availability"]


def test_electricity_takes_the_escalation_of_finance() -> None:
    assert resolved().pools[0].site.electricity.escalation_per_year == 0.02


def test_endpoint_with_prices_of_its_own() -> None:
    endpoint = resolved().endpoints[0]
    assert endpoint.provider == "maker"
    assert endpoint.model == "maker/model-x"
    assert endpoint.usd_per_million_cached_input_tokens == 0.5
    assert endpoint.batch_usd_per_million_input_tokens is None
    assert endpoint.source == "instance"


def test_endpoint_from_the_price_list() -> None:
    data = sound()
    data["endpoints"] = [
        {"api": "openai/gpt-4o-mini"},
        {"api": "groq/llama-3.3-70b-versatile"},
        {"api": "openai/gpt-4o-mini", "name": "cheaper", "usd_per_million_output_tokens": 0.1},
    ]
    mini, hosted, cheaper = resolve(parse_instance(data)).endpoints
    assert mini.provider == "openai"
    assert mini.batch_usd_per_million_input_tokens == pytest.approx(mini.usd_per_million_input_tokens / 2)
    assert mini.usd_per_million_cached_input_tokens < mini.usd_per_million_input_tokens
    assert mini.score("aa_mmlu_pro") is not None
    assert hosted.model == "Llama-3.3-70B-Instruct"
    assert hosted.batch_usd_per_million_output_tokens is None
    assert (
        hosted.score("aa_mmlu_pro")
        == {s.metric: s.score for s in catalog().models[hosted.model].quality}["aa_mmlu_pro"]
    )
    assert (cheaper.name, cheaper.usd_per_million_output_tokens) == ("cheaper", 0.1)
    assert cheaper.usd_per_million_input_tokens == mini.usd_per_million_input_tokens


def with_endpoint(deadline_hours: float = 12, **fields: Any) -> ResolvedInstance:
    data = sound()
    data["endpoints"] = [fields]
    data["workloads"][0]["batch"] = {"share": 0.2, "deadline_hours": deadline_hours}
    data["workloads"][0]["lengths"] = [{"input_tokens": 250_000, "output_tokens": 100, "share": 1.0}]
    return resolve(parse_instance(data))


def test_batch_prices_of_the_list_are_answered_within_a_day() -> None:
    found = with_endpoint(api="openai/gpt-4o-mini")
    assert found.endpoints[0].batch_turnaround_hours == 24
    assert not found.endpoints[0].answers_in_time(found.workloads[0])
    rules = [one.rule for one in found.diagnostics if one.path == "endpoints[0].batch_turnaround_hours"]
    assert any("within 24 hours, as providers promise" in rule for rule in rules)
    assert any("too late for chat" in rule for rule in rules)
    faster = with_endpoint(api="openai/gpt-4o-mini", batch_turnaround_hours=6)
    assert faster.endpoints[0].answers_in_time(faster.workloads[0])
    assert not [one for one in faster.diagnostics if one.path == "endpoints[0].batch_turnaround_hours"]


def test_long_requests_pay_the_tier_of_the_list() -> None:
    """gemini-2.5-pro: 1.25 and 10 USD up to 200,000 input tokens, 2.50 and 15 above."""
    found = with_endpoint(api="google/gemini-2.5-pro")
    endpoint = found.endpoints[0]
    assert [tier.above_input_tokens for tier in endpoint.tiers] == [200_000]
    short, long = endpoint.prices(200_000), endpoint.prices(200_001)
    assert (short.input, short.output) == (1.25, 10.0)
    assert (long.input, long.output) == (2.5, 15.0)
    own = with_endpoint(api="google/gemini-2.5-pro", usd_per_million_output_tokens=9)
    assert own.endpoints[0].tiers == ()
    assert any("hold for all sizes" in one.rule for one in own.diagnostics)


def test_recoveries_cover_models_precisions_and_metrics_in_use() -> None:
    found = resolved().recoveries
    # Only house-13b has a score on the one metric asked for, and fp8 is the only precision below 16 bit.
    assert [(row.model, row.precision.value, row.benchmark) for row in found] == [("house-13b", "fp8", "house_eval")]
    assert 0.9 < found[0].recovery <= 1


def test_shares_of_a_catalog_profile_sum_to_1() -> None:
    assert sum(bucket.share for bucket in resolved().workloads[1].buckets) == pytest.approx(1, abs=1e-12)


def growing(growth: float, batch: bool, stage_months: int = 6) -> list[SlotKind]:
    data: Values = sound()
    data["horizon"]["stage_months"] = stage_months
    data["policy"] = {}
    data["workloads"][0]["requests_per_second"]["growth_per_year"] = growth
    data["workloads"][1]["requests_per_second"].pop("path")
    if not batch:
        data["workloads"][0].pop("batch")
    return [slot.kind for slot in resolve(parse_instance(data)).slots if slot.kind is not SlotKind.REGULAR]


def test_stress_slots_are_there_only_where_they_are_needed() -> None:
    assert growing(0, batch=True) == []
    assert growing(0.5, batch=False) == [SlotKind.PEAK]
    assert growing(0.5, batch=True) == [SlotKind.PEAK, SlotKind.AVERAGE]
    assert growing(-0.3, batch=False) == [SlotKind.PEAK]
    assert growing(0.5, batch=True, stage_months=1) == []  # a stage of one month is the exact limit


def test_demand_of_slots_adds_up_to_the_stage() -> None:
    found = resolved()
    chat, stage = found.workloads[0], found.stages[1]
    regular = [slot for slot in found.slots if slot.kind is SlotKind.REGULAR]
    served = sum(
        (found.real_time_rps(chat, stage, slot) + found.batch_rps(chat, stage, slot)) * slot.hours_per_month
        for slot in regular
    )
    months = chat.level_by_month[6:12]
    assert served / 730 == pytest.approx(sum(months) / 6)
    peak = next(slot for slot in found.slots if slot.kind is SlotKind.PEAK)
    assert all(found.real_time_rps(chat, stage, peak) >= found.real_time_rps(chat, stage, slot) for slot in regular)


def test_a_bare_instance_is_checked() -> None:
    data = sound()
    data["models"][0] = "no-such-model"
    with pytest.raises(InstanceError) as raised:
        resolve(Instance.model_validate(data))
    assert "models[0]" in [d.path for d in raised.value.diagnostics]


def test_the_digest_follows_the_figures_alone() -> None:
    first = resolved().digest
    assert len(first) == 64
    assert resolved(name="another", description="x", solve={"threads": 2}, baselines=[]).digest == first
    changes: list[Values] = [
        {"finance": {**sound()["finance"], "discount_rate": 0.1}},
        {"precisions": ["bf16"]},
        {"policy": {**sound()["policy"], "spot_share": 0.2}},
        {"serving": {**sound()["serving"], "concurrency": [16]}},
    ]
    data = sound()
    data["sites"][1]["offers"][0]["usd_per_hour"] = 55.05
    digests = {first, *(resolved(**change).digest for change in changes), resolve(parse_instance(data)).digest}
    assert len(digests) == 6


def test_the_digest_is_the_same_in_another_process_and_with_keys_in_another_order() -> None:
    code = (
        "import json, sys\n"
        "from solver.instance.load import parse_instance\n"
        "from solver.instance.resolve import resolve\n"
        "print(resolve(parse_instance(sys.stdin.read())).digest)"
    )
    backwards = json.dumps(dict(reversed(sound().items())))
    for seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-c", code],
            input=backwards,
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        )
        assert answer.stdout.strip() == resolved().digest


def test_loading_and_resolving_stay_light() -> None:
    code = (
        "import sys\n"
        "from solver.instance.load import parse_instance\n"
        "from solver.instance.resolve import resolve\n"
        "resolve(parse_instance(sys.stdin.read()))\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'pyomo', 'pyarrow', 'highspy', 'grpc', 'genai_prices'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(sound()), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
