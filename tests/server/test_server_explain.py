"""Explanations over a real connection."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from asking import message, violations
from cli.small import own_only, small

from inferplan.v1 import explain_pb2, services_pb2, services_pb2_grpc, termination_pb2
from server.client import AsyncClient, Client
from solver.instance.load import parse_instance


def test_an_instance_is_solved_and_explained(channel: grpc.Channel) -> None:
    request = services_pb2.PlannerExplainRequest(instance=message(small(baselines=[])))
    answers = list(services_pb2_grpc.PlannerStub(channel).Explain(request, timeout=60))
    kinds = [answer.WhichOneof("event") for answer in answers]
    assert kinds[-2:] == ["plan", "explanation"]
    plan, found = answers[-2].plan, answers[-1].explanation
    assert found.digest == plan.instance.digest
    assert found.lifecycle_usd == pytest.approx(plan.cost.lifecycle_usd)
    assert found.workloads[0].served_by[0].where == "room/box"
    assert [one.where for one in found.workloads[0].alternatives] == ["room/box", "cloud/box", "maker/x"]


def test_a_plan_is_explained_without_a_solve_by_both_clients(address: str) -> None:
    instance = parse_instance(small(baselines=[])).instance
    with Client(address) as client:
        *_, solved = client.solve(instance)
        (answer,) = client.explain(instance, solved.plan)
    assert answer.explanation.standing[0].servers_most == 5

    async def again() -> list[explain_pb2.Explanation]:
        async with AsyncClient(address) as other:
            return [answer.explanation async for answer in other.explain(instance, solved.plan, deadline_seconds=60)]

    assert asyncio.run(again()) == [answer.explanation]


def test_an_infeasible_instance_says_what_conflicts(channel: grpc.Channel) -> None:
    values = own_only()
    values["sites"][0]["power_kw"] = 7
    request = services_pb2.PlannerExplainRequest(instance=message(values))
    *_, last = services_pb2_grpc.PlannerStub(channel).Explain(request, timeout=60)
    found = last.explanation
    assert found.termination.reason == termination_pb2.TERMINATION_REASON_INFEASIBLE
    assert {one.requirement for one in found.conflict.requirements} == {"real-time demand", "site power"}
    assert found.conflict.ways_out[0].changes[0].change == pytest.approx(3.0)


def test_bad_requests_name_the_field(channel: grpc.Channel) -> None:
    planner = services_pb2_grpc.PlannerStub(channel)
    instance = message(small(baselines=[]))
    foreign = services_pb2.PlannerExplainRequest(instance=instance)
    foreign.plan.instance.digest = "0" * 64
    foreign.plan.termination.reason = termination_pb2.TERMINATION_REASON_OPTIMAL
    for request, field in ((services_pb2.PlannerExplainRequest(), "instance"), (foreign, "plan")):
        with pytest.raises(grpc.RpcError) as caught:
            list(planner.Explain(request, timeout=60))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert violations(caught.value) == [field]
