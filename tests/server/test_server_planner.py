"""Planner: Validate, Solve and Explain over a real connection."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import grpc
import pytest
from asking import asked, detail, kill_solvers, message, solvers, violations
from cli.small import hard, own_only, small
from google.rpc import error_details_pb2

from inferplan.v1 import explain_pb2, services_pb2, services_pb2_grpc, termination_pb2
from server.asked import resolved_message
from server.client import Access, AsyncClient, Client
from server.contract.plan import plan_document
from solver.cli.explain import ExplainOptions, run_explain_on
from solver.instance.load import parse_instance
from solver.solve.process import run_tasks
from solver.study.planning import Overrides, tasks_of


@pytest.fixture
def planner(channel: grpc.Channel) -> services_pb2_grpc.PlannerStub:
    return services_pb2_grpc.PlannerStub(channel)


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Seconds until a condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "not in time"
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_solve_ends_with_its_plan(planner: services_pb2_grpc.PlannerStub) -> None:
    events = list(planner.Solve(asked(small()), timeout=60))
    assert [event.WhichOneof("event") for event in events].count("plan") == 1
    plan = events[-1].plan
    assert plan.termination.reason == termination_pb2.TERMINATION_REASON_OPTIMAL
    assert plan.verification.passed
    assert [row["baseline"] for row in plan_document(plan)["payback"]] == ["cloud_on_demand", "api_only"]
    (alone,) = run_tasks(tasks_of(resolved_message(message(small())), Overrides(baselines=False)), 1)
    assert plan.termination.objective_usd == pytest.approx(alone.termination.objective, rel=1e-9)


def test_better_plans_are_told_before_the_plan(planner: services_pb2_grpc.PlannerStub) -> None:
    events = [*planner.Solve(asked(hard(seconds=4)), timeout=60)]
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[-1] == "plan"
    assert {"progress", "incumbent"} <= set(kinds)
    found = [event.incumbent.objective_usd for event in events if event.HasField("incumbent")]
    assert found == sorted(found, reverse=True)
    assert events[-1].plan.termination.limit == termination_pb2.TERMINATION_LIMIT_TIME


def test_infeasible_is_an_answer(planner: services_pb2_grpc.PlannerStub) -> None:
    plan = list(planner.Solve(asked(own_only(policy={"capex_budget_usd": 1})), timeout=60))[-1].plan
    assert plan.termination.reason == termination_pb2.TERMINATION_REASON_INFEASIBLE
    assert any("capex" in finding.rule for finding in plan.diagnostics)


def test_every_error_is_a_violation_at_its_path(planner: services_pb2_grpc.PlannerStub) -> None:
    values = small()
    values["workloads"][0]["requests_per_second"]["mean"] = -1
    values["sites"][0]["offers"][0]["usd_per_server"] = -5
    with pytest.raises(grpc.RpcError) as caught:
        list(planner.Solve(asked(values), timeout=60))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert {"workloads[0].requests_per_second.mean", "sites[0].offers[0].usd_per_server"} <= set(
        violations(caught.value)
    )


def test_a_request_without_instance_is_bad(planner: services_pb2_grpc.PlannerStub) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        list(planner.Solve(services_pb2.PlannerSolveRequest(), timeout=10))
    assert violations(caught.value) == ["instance"]


def test_too_large_is_refused_before_it_is_built(planner: services_pb2_grpc.PlannerStub) -> None:
    values = small()
    values["horizon"] = {"start": "2027-01", "months": 120, "stage_months": 1, "slot_hours": 1}
    values["workloads"] = [
        {
            **values["workloads"][0],
            "name": f"w{n}",
            "lengths": [{"input_tokens": 100 + k, "output_tokens": 100, "share": 1 / 50} for k in range(50)],
        }
        for n in range(200)
    ]
    began = time.monotonic()
    with pytest.raises(grpc.RpcError) as caught:
        list(planner.Solve(asked(values), timeout=30))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "too large" in str(detail(caught.value, error_details_pb2.BadRequest))
    assert time.monotonic() - began < 10


def test_bytes_that_are_no_message_are_bad(channel: grpc.Channel) -> None:
    call = channel.unary_unary("/inferplan.v1.Planner/Validate")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"\xff\xff\xff", timeout=10)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_an_oversized_request_is_refused(channel: grpc.Channel) -> None:
    call = channel.unary_unary("/inferplan.v1.Planner/Validate")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"\n" * (9 << 20), timeout=10)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_validate_answers_with_all_findings(planner: services_pb2_grpc.PlannerStub) -> None:
    sound = planner.Validate(services_pb2.PlannerValidateRequest(instance=message(small())), timeout=10)
    assert sound.valid
    assert len(sound.digest) == 64
    faulty = small()
    faulty["models"] = []
    found = planner.Validate(services_pb2.PlannerValidateRequest(instance=message(faulty)), timeout=10)
    assert not found.valid
    assert not found.HasField("digest")
    assert "models" in {diagnostic.path for diagnostic in found.diagnostics}


@pytest.mark.parametrize("wait_for", ["progress", "incumbent"])
def test_a_dropped_solve_stops_within_a_second(planner: services_pb2_grpc.PlannerStub, wait_for: str) -> None:
    until(lambda: solvers() == 0, 5)
    call = planner.Solve(asked(hard()), timeout=60)
    for event in call:
        if event.WhichOneof("event") == wait_for:
            break
    assert solvers() == 1
    call.cancel()
    assert until(lambda: solvers() == 0, 5) <= 1.0


@pytest.mark.parametrize("seconds", [1.0, 4.0])
def test_the_answer_comes_before_the_deadline(planner: services_pb2_grpc.PlannerStub, seconds: float) -> None:
    plan = list(planner.Solve(asked(hard()), timeout=seconds))[-1].plan
    assert plan.termination.limit == termination_pb2.TERMINATION_LIMIT_TIME
    if seconds > 2:
        assert plan.termination.reason == termination_pb2.TERMINATION_REASON_FEASIBLE
        assert plan.verification.passed


def test_overload_is_told_with_a_time_to_retry(planner: services_pb2_grpc.PlannerStub) -> None:
    calls = [planner.Solve(asked(hard()), timeout=60) for _ in range(2)]
    for call in calls:
        next(call)
    waiting = planner.Solve(asked(hard()), timeout=60)
    time.sleep(0.5)
    with pytest.raises(grpc.RpcError) as caught:
        list(planner.Solve(asked(small()), timeout=60))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert detail(caught.value, error_details_pb2.RetryInfo).retry_delay.seconds >= 1
    for call in (*calls, waiting):
        call.cancel()
    until(lambda: solvers() == 0, 5)


def test_a_solver_that_is_killed_fails_its_own_solve_alone(planner: services_pb2_grpc.PlannerStub) -> None:
    outcome: list[object] = []

    def victim() -> None:
        try:
            outcome.append(list(planner.Solve(asked(hard()), timeout=60)))
        except grpc.RpcError as error:
            outcome.append(error)

    thread = Thread(target=victim)
    thread.start()
    until(lambda: solvers() == 1, 10)
    kill_solvers()
    thread.join(10)
    assert isinstance(outcome[0], grpc.RpcError)
    assert outcome[0].code() is grpc.StatusCode.INTERNAL
    assert "signal 9" in str(outcome[0].details())
    assert list(planner.Solve(asked(small()), timeout=60))[-1].plan.verification.passed


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


def test_a_job_is_explained_by_its_identifier(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Client(address) as client:
        job = client.submit(parse_instance(small(baselines=[])).instance)
        list(client.watch(job.id))
        (answer,) = client.explain_job(job.id)
        assert answer.explanation.digest == job.instance_digest
        with pytest.raises(grpc.RpcError) as caught:
            list(client.explain_job("nothing"))
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    options = ExplainOptions(None, as_json=True, quiet=True, overrides=Overrides())
    assert run_explain_on(address, Access(), Path(job.id), options) == 0
    assert json.loads(capsys.readouterr().out)["workloads"][0]["workload"] == "chat"


def test_bad_requests_name_the_field(channel: grpc.Channel) -> None:
    planner = services_pb2_grpc.PlannerStub(channel)
    instance = message(small(baselines=[]))
    foreign = services_pb2.PlannerExplainRequest(instance=instance)
    foreign.plan.instance.digest = "0" * 64
    foreign.plan.termination.reason = termination_pb2.TERMINATION_REASON_OPTIMAL
    both = services_pb2.PlannerExplainRequest(instance=instance, job_id="x")
    nothing = services_pb2.PlannerExplainRequest()
    for request, field in ((nothing, "instance"), (foreign, "plan"), (both, "job_id")):
        with pytest.raises(grpc.RpcError) as caught:
            list(planner.Explain(request, timeout=60))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert violations(caught.value) == [field]
