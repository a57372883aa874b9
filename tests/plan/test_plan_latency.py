"""Waiting in plans: rows by hand from the verifier's small case, and the warning where lengths hinder each other."""

from __future__ import annotations

import pytest
from plan_case import api_plan, plan_of
from verify_case import base_case, make_workload

from solver.instance.schema.policy import Policy, Queueing, Spare
from solver.instance.schema.workload import Latency, ShortPeak
from solver.performance.queueing import utilisation_limit, wait_exceeds
from solver.plan.document import document
from solver.plan.findings import plan_findings
from solver.plan.latency import latency_rows

TARGET = Latency(ttft_ms=5000, percentile=95)


def test_used_linear_and_exact_at_the_fullest_slot() -> None:
    """1.6 requests/s x 1 replica busy each on 2 replicas: 0.8 used; the linear form allows 1/1.25 = 0.8 of it."""
    plan = plan_of(base_case(workloads=(make_workload(latency=TARGET),)))
    service = plan.candidates.deployments[0].services[0]
    row = latency_rows(plan)[0]
    assert (row.replicas, row.places) == (2, 2 * service.point.concurrency)
    assert row.utilisation_used == pytest.approx(0.8)
    assert row.utilisation_linear == pytest.approx(0.8)
    allowed_s = (5000 - (service.point.ttft_ms or 0)) / 1000
    assert row.wait_allowance_ms == pytest.approx(1000 * allowed_s)
    assert row.service_seconds == pytest.approx(service.point.concurrency * service.busy)
    exact = utilisation_limit(row.places, row.service_seconds, allowed_s, 95.0)
    assert row.utilisation_exact == pytest.approx(exact)
    assert row.slack == pytest.approx(exact - 0.8)
    assert row.curve_replicas == (1, 2)
    assert row.curve_utilisation[0] <= row.curve_utilisation[1]
    late = wait_exceeds(row.places, 0.8, row.service_seconds, allowed_s)
    assert row.percentile_reached == pytest.approx(100 * (1 - late))


def test_peaks_lower_the_exact_limit() -> None:
    calm = plan_of(base_case(workloads=(make_workload(latency=TARGET),)))
    peaked = make_workload(latency=TARGET, short_peaks=(ShortPeak(seconds=600, ratio=4.0),))
    row = latency_rows(plan_of(base_case(workloads=(peaked,))))[0]
    assert row.utilisation_exact < latency_rows(calm)[0].utilisation_exact / 3


def test_a_spare_replica_is_not_counted_on() -> None:
    policy = Policy(spare=Spare.N_PLUS_1)
    case = base_case(workloads=(make_workload(latency=TARGET),), policy=policy)
    assert {row.replicas for row in latency_rows(plan_of(case))} == {1}


def test_nothing_to_say_without_servers_targets_or_queueing() -> None:
    assert latency_rows(api_plan()) == []
    assert latency_rows(plan_of(base_case(workloads=(make_workload(latency=Latency(tpot_ms=100)),)))) == []
    case = base_case(workloads=(make_workload(latency=TARGET),), policy=Policy(queueing=Queueing.OFF))
    assert latency_rows(plan_of(case)) == []


def test_an_overfull_group_is_told() -> None:
    tight = make_workload(latency=Latency(ttft_ms=101, percentile=99.9))
    plan = plan_of(base_case(workloads=(tight,)))
    row = latency_rows(plan)[0]
    assert row.utilisation_used > row.utilisation_exact
    assert row.percentile_reached < 99.9
    told = [item for item in plan_findings(plan) if "different lengths" in item.rule]
    assert len(told) >= 1


def test_the_document_carries_the_rows() -> None:
    plan = plan_of(base_case(workloads=(make_workload(latency=TARGET),)))
    found = document(plan)["latency"]
    assert len(found) == len(plan.resolved.stages)
    assert found[0]["percentile"] == 95 and found[0]["curve_replicas"] == [1, 2]
    assert {"slack", "percentile_reached", "utilisation_exact"} <= set(found[0])
