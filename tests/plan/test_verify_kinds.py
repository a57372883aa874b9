"""Kinds of replica that cannot hold what they claim to, or are not as large as they say, by the verifier alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verify_case import MODEL, base_case, families, make_candidates, make_deployment, make_service

from solver.instance.schema.policy import PlanningMargin
from solver.instance.schema.serving import KvPrecision
from solver.performance.types import Disaggregation, OperatingPoint, Provenance
from solver.plan.verify import Family
from solver.plan.verify.services import expert_params_b, margin_limit

MIXTURE = MODEL.model_copy(
    update={"params_total_b": 60.0, "params_active_b": 15.0, "experts": 4, "experts_per_token": 1}
)
"""60e9, 15e9 active, 1 of 4 experts: 60e9 in experts (45 / 0.75), nothing dense."""


def refused(**fields: Any) -> set[Family]:
    """Families that refuse the base plan (replicas of 2 x 80 GB at 16 bit) with another configuration, at its estimate."""
    case = base_case()
    estimated = OperatingPoint(1.25, 8, 300.0, 30.0, Provenance.ROOFLINE, "roofline")
    margin = 0.665 if fields.get("model", MODEL).experts else 0.7
    service = make_service(point=estimated, margin=margin, load=1 / (margin * 1.25 * 0.8), busy=1 / (margin * 1.25))
    deployment = make_deployment(services=(service,))
    case.candidates = make_candidates(replace(deployment, config=replace(deployment.config, **fields)))
    case.decisions.buy[0, 0] = 2
    case.decisions.run.update(dict.fromkeys(case.decisions.run, 3))
    return families(case.verdict())


def test_every_rank_holds_dense_weights_with_data_parallel_attention() -> None:
    # 2 x 80 GB hold 60e9 at 2 B (120 GB); of 70e9 with 50e9 active all but (20 / 0.75 =) 26.7e9 are dense:
    # 140 + 43.3 * 2 = 226.7 GB.
    dense_heavy = MIXTURE.model_copy(update={"params_total_b": 70.0, "params_active_b": 50.0})
    assert refused(model=MIXTURE) == set()
    assert refused(model=MIXTURE, attention_data_parallel=True) == set()
    assert refused(model=dense_heavy) == set()
    assert refused(model=dense_heavy, attention_data_parallel=True) == {Family.MEMORY}


def test_an_eight_bit_cache_needs_eight_bit_arithmetic() -> None:
    assert refused(kv_precision=KvPrecision.FP8) == {Family.MEMORY}
    assert refused(kv_precision=KvPrecision.BF16) == set()


def test_each_unit_of_a_group_holds_the_model() -> None:
    # Prefill on 1 x 80 GB and decode on 1 x 80 GB: 60e9 at 2 B do not fit into either, 8e9 do.
    group = Disaggregation(1, 1, 1)
    assert refused(tensor_parallel=1, disaggregation=group) == set()
    assert refused(model=MIXTURE, tensor_parallel=1, disaggregation=group) == {Family.MEMORY}


def test_estimates_of_experts_are_planned_with_less() -> None:
    margins = PlanningMargin()
    assert margin_limit(margins, Provenance.ROOFLINE, MODEL) == 0.7
    assert abs(margin_limit(margins, Provenance.ROOFLINE, MIXTURE) - 0.665) < 1e-12
    assert margin_limit(PlanningMargin(roofline_experts=0.5), Provenance.ROOFLINE, MIXTURE) == 0.5
    assert margin_limit(PlanningMargin(roofline=1), Provenance.ROOFLINE, MIXTURE) == 1.0


def test_parameters_in_experts() -> None:
    assert expert_params_b(MIXTURE) == 60.0
    assert expert_params_b(MODEL) == 0.0
