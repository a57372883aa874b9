"""Services and calls that may not exist: keys, residency, model list, quality, latency, memory, rate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from verify_case import (
    CHIP,
    MODEL,
    RT,
    Case,
    api_case,
    base_case,
    families,
    make_candidates,
    make_deployment,
    make_endpoint,
    make_resolved,
    make_service,
    make_site,
    make_workload,
    names,
    on_demand,
    purchase,
)

from solver.catalog.entries import Precision, QuantizationRecovery
from solver.instance.resolved import ResolvedInstance, Workload
from solver.instance.schema.sites import Existing
from solver.instance.schema.workload import Latency, QualityFloor, QualityMode, ShortPeak
from solver.performance.types import OperatingPoint, Provenance
from solver.plan.verify import Family

FLOOR = QualityFloor(metric="exam", at_least=0.68)


def with_service(workload: Workload | None = None, *, config: dict[str, Any] | None = None, **fields: Any) -> Case:
    """The base plan with another service, configuration and workload."""
    case = base_case(workloads=(workload or make_workload(),))
    deployment = make_deployment(services=(make_service(**fields),))
    case.candidates = make_candidates(replace(deployment, config=replace(deployment.config, **(config or {}))))
    return case


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("buy", (9, 0)),
        ("buy", (0, 9)),
        ("buy", (1, 0)),  # hourly
        ("buy", (2, 0)),  # existing
        ("rent", (0, 0, 0)),  # standing
        ("rent", (9, 0, 0)),
        ("rent", (1, 0, 4)),
        ("rent", (1, -1, 0)),
        ("run", (9, 0, 0, 0)),
        ("run", (0, 9, 0, 0)),
        ("run", (0, 0, 2, 0)),
        ("serve", (0, 1, RT, 0, 0, 0, 0)),
        ("serve", (0, 0, "batch", 0, 0, 0, 0)),
        ("serve", (0, 0, RT, 1, 0, 0, 0)),
        ("serve", (0, 0, RT, 0, 1, 0, 0)),
        ("serve", (0, 0, RT, 0, 0, 0, 4)),
        ("call", (0, 0, "batch", 0, 0, 0)),
        ("call", (0, 0, RT, 1, 0, 0)),
        ("call", (0, 0, RT, 0, 2, 0)),
        ("backlog", (1, 0, 0, 0)),
        ("backlog", (0, 0, 0, 2)),  # stress slot
    ],
)
def test_keys_that_do_not_exist(table: str, key: tuple[Any, ...]) -> None:
    case = base_case()
    existing = Existing(kind="existing", server="box", count=1)
    case.resolved = make_resolved(purchase(), on_demand(), existing, endpoints=(make_endpoint(),))
    case.candidates = make_candidates(calls=api_case().candidates.calls)
    assert case.verdict().passed
    getattr(case.decisions, table)[key] = 1
    assert families(case.verdict()) == {Family.EXISTENCE}


def test_pool_that_is_not_allowed() -> None:
    case = base_case()
    case.candidates = make_candidates(make_deployment(pools=(1,)))
    assert names(case.verdict()) == ["existence m-tp2 in hall/box"]
    case.candidates = make_candidates(service_pools=())
    assert names(case.verdict()) == ["existence chat/1000x100 rt on m-tp2 in hall/box"]
    config = replace(make_deployment().config, accelerator=CHIP.model_copy(update={"name": "tile"}))
    case.candidates = make_candidates(make_deployment(config=config))
    assert names(case.verdict()) == ["existence m-tp2 in hall/box"]


def test_residency_is_derived_and_not_believed() -> None:
    workload = make_workload(residency=("eu", "ch"))
    assert base_case(workloads=(workload,), site=make_site(residency=("us", "eu"))).verdict().passed
    verdict = base_case(workloads=(workload,), site=make_site(residency=("us",))).verdict()
    assert names(verdict) == ["residency chat/1000x100 rt on m-tp2 in hall/box"]
    assert api_case(make_endpoint(residency=("eu",)), workloads=(workload,)).verdict().passed
    assert names(api_case(workloads=(workload,)).verdict()) == ["residency chat/1000x100 rt on api"]


def test_model_list() -> None:
    assert with_service(make_workload(models=("m",))).verdict().passed
    assert families(with_service(make_workload(models=("other",))).verdict()) == {Family.MODEL_LIST}
    assert api_case(workloads=(make_workload(models=("big",)),)).verdict().passed
    assert families(api_case(workloads=(make_workload(models=("m",)),)).verdict()) == {Family.MODEL_LIST}


def test_quality_floor_for_each_request() -> None:
    assert with_service(make_workload(quality=FLOOR)).verdict().passed
    high = QualityFloor(metric="exam", at_least=0.701)
    assert names(with_service(make_workload(quality=high)).verdict()) == ["service quality chat/1000x100 rt on m-tp2"]
    assert api_case(workloads=(make_workload(quality=high),)).verdict().passed
    unknown = QualityFloor(metric="other", at_least=0.1)
    assert families(api_case(workloads=(make_workload(quality=unknown),)).verdict()) == {Family.SERVICE_QUALITY}


@pytest.mark.parametrize("mode", list(QualityMode))
def test_quality_must_be_known_where_there_is_a_floor(mode: QualityMode) -> None:
    floor = QualityFloor(metric="exam", at_least=0.1, mode=mode)
    assert families(with_service(make_workload(quality=floor), quality=None).verdict()) == {Family.SERVICE_QUALITY}


def test_quality_claimed_beyond_the_model_s_score() -> None:
    assert families(with_service(make_workload(quality=FLOOR), quality=0.71).verdict()) == {Family.SERVICE_QUALITY}


def test_quality_after_quantization() -> None:
    # 0.7 x 0.98 = 0.686 reaches 0.68; 0.693 would take a recovery of 0.99, which another benchmark's row states.
    def quantized(quality: float, *recoveries: tuple[str, str, float]) -> set[Family]:
        case = with_service(make_workload(quality=FLOOR), config={"precision": Precision.FP8}, quality=quality)
        rows = [
            QuantizationRecovery(model=model, precision=Precision.FP8, benchmark=benchmark, recovery=recovery)
            for model, benchmark, recovery in recoveries
        ]
        case.resolved = replace(case.resolved, recoveries=tuple(rows))
        return families(case.verdict())

    assert quantized(0.686, ("m", "exam", 0.98), ("*", "any", 0.99)) == set()
    assert quantized(0.693, ("m", "exam", 0.98), ("*", "any", 0.99)) == {Family.SERVICE_QUALITY}
    assert quantized(0.693, ("other", "exam", 0.98), ("*", "any", 0.99)) == set()
    assert quantized(0.694, ("*", "any", 0.99)) == {Family.SERVICE_QUALITY}


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ({"ttft_ms": 150}, {"ttft_ms": 151.0}),
        ({"tpot_ms": 15}, {"tpot_ms": 15.1}),
        ({"end_to_end_ms": 1200}, {"end_to_end_ms": 1201.0}),
        # The operating point itself: 100 ms + 99 x 12 ms = 1288 ms.
        ({"end_to_end_ms": 1200}, {"point": OperatingPoint(1.25, 8, 100.0, 12.0, Provenance.MEASURED, "test")}),
        ({"ttft_ms": 150}, {"point": OperatingPoint(1.25, 8, 160.0, 10.0, Provenance.MEASURED, "test")}),
    ],
)
def test_latency(target: dict[str, float], fields: dict[str, Any]) -> None:
    workload = make_workload(latency=Latency(**target))
    assert with_service(workload).verdict().passed
    assert names(with_service(workload, **fields).verdict()) == ["latency chat/1000x100 rt on m-tp2"]


def test_latency_that_an_endpoint_states() -> None:
    workloads = (make_workload(latency=Latency(ttft_ms=500, tpot_ms=20, end_to_end_ms=2000)),)
    assert api_case(workloads=workloads).verdict().passed
    assert api_case(make_endpoint(ttft_ms=500, tpot_ms=15), workloads=workloads).verdict().passed
    over: list[dict[str, Any]] = [{"ttft_ms": 501.0}, {"tpot_ms": 20.1}, {"ttft_ms": 400.0, "tpot_ms": 17.0}]
    for stated in over:
        assert families(api_case(make_endpoint(**stated), workloads=workloads).verdict()) == {Family.LATENCY}


def test_weights_and_context_must_fit() -> None:
    # At 2 bytes a parameter 79e9 fit into 2 x 80 GB and 81e9 do not. What was measured to run is believed.
    estimated = OperatingPoint(1.25, 8, None, None, Provenance.ROOFLINE, "test")
    roofline: dict[str, Any] = {
        "point": estimated,
        "margin": 0.7,
        "load": 1 / (0.7 * 1.25 * 0.8),
        "busy": 1 / (0.7 * 1.25),
    }

    def sized(billions: float, **fields: Any) -> set[Family]:
        config = {"model": MODEL.model_copy(update={"params_total_b": billions, **fields})}
        case = with_service(config=config, **roofline)
        case.decisions.buy[0, 0] = 2
        case.decisions.run.update(dict.fromkeys(case.decisions.run, 3))
        return families(case.verdict())

    assert sized(79) == set()
    assert sized(81) == {Family.MEMORY}
    assert sized(8, max_context_tokens=1100) == set()
    assert sized(8, max_context_tokens=1099) == {Family.MEMORY}
    # 1100 tokens x 2e6 bytes = 2.2 GB of cache beside 158 GB of weights.
    assert sized(79, kv_bytes_per_token=2e6) == {Family.MEMORY}
    assert with_service(config={"model": MODEL.model_copy(update={"params_total_b": 81})}).verdict().passed
    assert families(api_case(make_endpoint(max_context_tokens=1099)).verdict()) == {Family.MEMORY}


@pytest.mark.parametrize(
    "fields",
    [
        {"load": 1.2},  # less than 1 / (0.8 x 1.25 x 0.8) = 1.25
        {"busy": 0.9},
        {"margin": 0.95, "busy": 1 / (0.95 * 1.25), "load": 1.25},  # the policy plans with 0.9 of a measured rate
        {"utilisation_limit": 1.25},
    ],
)
def test_load_follows_from_rate_margin_and_utilisation(fields: dict[str, Any]) -> None:
    verdict = with_service(**fields).verdict()
    assert set(names(verdict)) == {"rate chat/1000x100 rt on m-tp2"}


def test_broken_tables_never_raise() -> None:
    case = base_case()
    case.candidates = make_candidates(make_deployment(services=()))
    assert Family.EXISTENCE in families(case.verdict())
    empty: ResolvedInstance = replace(case.resolved, pools=(), offers=(), endpoints=())
    assert not Case(empty, case.candidates, case.decisions).verdict().passed


def test_a_peak_that_nobody_could_queue_through() -> None:
    """At 0.8 of the rate, 4 times the mean for 10 s leaves 10 (4 x 0.8 - 1) = 22 s of work to wait for; 5 s are allowed."""
    target = Latency(ttft_ms=5000)
    assert with_service(make_workload(latency=target)).verdict().passed
    peaked = make_workload(latency=target, short_peaks=(ShortPeak(seconds=10, ratio=4.0),))
    assert Family.LATENCY in families(with_service(peaked).verdict())
    short = make_workload(latency=target, short_peaks=(ShortPeak(seconds=1, ratio=4.0),))
    assert with_service(short).verdict().passed
