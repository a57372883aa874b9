"""Kinds of replica among the candidates: asked for, named, packed, pruned without loss, and checked by the verifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from model.case import Values, instance, optimum_of, rent, site, workload

from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.deployments.types import Candidates
from solver.instance.load import parse_instance
from solver.instance.resolve import resolve
from solver.instance.schema.serving import KvPrecision
from solver.performance.types import Disaggregation
from solver.plan.verify.services import expert_params_b, group_accelerators

SERVERS = [{"name": "eight", "accelerator": "H200-SXM", "accelerators": 8, "power_kw": 10, "idle_power_kw": 2.5}]


def values(model: str = "Qwen3-235B-A22B", **serving: Any) -> Values:
    asked = {"tensor_parallel": [4, 8], "concurrency": [64]} | serving
    lengths = [{"input_tokens": 2000, "output_tokens": 300, "share": 1.0}]
    return instance(
        site("cloud", rent(30) | {"server": "eight"}),
        servers=SERVERS,
        accelerators=[],
        models=[model],
        precisions=["fp8"],
        profiles=[],
        serving=asked,
        workloads=[workload("a", lengths=lengths, latency={"ttft_ms": 4000, "tpot_ms": 80, "percentile": 95})],
    )


def found(instance_values: Values, *, prune: bool = False) -> Candidates:
    return enumerate_candidates(resolve(parse_instance(instance_values)), prune=prune)


def names(instance_values: Values) -> list[str]:
    return [deployment.name for deployment in found(instance_values).deployments]


def test_nothing_is_considered_that_was_not_asked_for() -> None:
    for deployment in found(values()).deployments:
        config = deployment.config
        plain = replace(
            config, kv_precision=None, expert_parallel=1, attention_data_parallel=False, disaggregation=None
        )
        assert config == plain and config.chunked_prefill


def test_names_tell_kinds_apart() -> None:
    told = names(
        values(
            kv_precisions=["bf16", "fp8"],
            expert_parallel=[1, 4],
            attention_data_parallel=True,
            disaggregated={"ratios": [{"prefill": 1, "decode": 1}]},
        )
    )
    assert len(told) == len(set(told))
    assert "Qwen3-235B-A22B fp8 on H200-SXM tp4 ep4 dpa kv-fp8 x64 vllm" in told
    assert "Qwen3-235B-A22B fp8 on H200-SXM 1 x tp4 prefill + 1 x tp4 decode x64 vllm" in told
    # Eight and eight do not fit into a server of eight.
    assert not any("tp8 decode" in name for name in told)


def test_a_dense_model_has_no_experts_to_deal() -> None:
    dense = values("Llama-3.1-8B-Instruct", expert_parallel=[1, 4], attention_data_parallel=True)
    assert all(d.config.expert_parallel == 1 and not d.config.attention_data_parallel for d in found(dense).deployments)


def test_the_engines_own_cache_by_name_is_the_same_deployment() -> None:
    assert names(values(kv_precisions=["bf16"])) == names(values())
    eight_bit = found(values(kv_precisions=["fp8"])).deployments
    assert {d.config.kv_precision for d in eight_bit} == {KvPrecision.FP8}


def test_groups_of_odd_sizes_do_not_pack() -> None:
    """1 + 2 units of 1 in a server of 8 leave a gap; with units of 2 in a server of 6 they would not pack beside 4."""
    odd = values(tensor_parallel=[1], disaggregated={"ratios": [{"prefill": 1, "decode": 2}]})
    loaded = parse_instance(odd)
    assert any("divide no server" in finding.rule for finding in loaded.diagnostics)


@pytest.mark.parametrize("policy", [{}, {"minimum_replicas": 2}])
def test_leaving_dominated_kinds_out_keeps_the_optimum(policy: Values) -> None:
    asked = values(
        "Qwen3-30B-A3B",
        tensor_parallel=[1, 2, 4],
        concurrency=[32, 128],
        kv_precisions=["bf16", "fp8"],
        expert_parallel=[1, 4],
        attention_data_parallel=True,
        disaggregated={"ratios": [{"prefill": 1, "decode": 1}, {"prefill": 1, "decode": 3}]},
    ) | {"policy": policy}
    asked["workloads"][0]["latency"]["tpot_ms"] = 20
    resolved = resolve(parse_instance(asked))
    every, fewer = (enumerate_candidates(resolved, prune=prune) for prune in (False, True))
    assert len(fewer.deployments) < len(every.deployments) / 2
    cheapest, without = optimum_of(resolved, every).usd, optimum_of(resolved, fewer).usd
    assert cheapest is not None and without == pytest.approx(cheapest, rel=2e-6)


def test_the_verifier_counts_for_itself() -> None:
    # 235.09 total, 22.19 active, 8 of 128 experts: (235.09 - 22.19) / (120 / 128) = 227.09 in experts
    deployment = found(values()).deployments[0]
    assert expert_params_b(deployment.config.model) == pytest.approx(227.0933, rel=1e-4)
    grouped = replace(deployment.config, tensor_parallel=2, disaggregation=Disaggregation(2, 3, 1))
    assert group_accelerators(grouped) == 2 * 1 + 3 * 2
