"""What a solve may use, and what is left of it when it is ended from outside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from asking import asked, kill_solvers, message, solvers, violations
from cli.small import hard, small

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc, termination_pb2
from server.serving import Server
from server.settings import Settings


@contextmanager
def serving(tmp_path: Path, **settings: object) -> Iterator[grpc.Channel]:
    values = {"listen": "127.0.0.1:0", "store": tmp_path / "jobs.sqlite", "workers": 1, "slots": 2, **settings}
    server = Server(Settings.model_validate(values))
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            yield channel
    finally:
        server.stop(0)


def test_a_solver_killed_after_it_had_a_plan_leaves_that_plan(tmp_path: Path) -> None:
    with serving(tmp_path) as channel:
        call = services_pb2_grpc.PlannerStub(channel).Solve(asked(hard()), timeout=60)
        found_at: float | None = None
        told = 0.0
        for event in call:
            if event.HasField("incumbent"):
                found_at = found_at or time.monotonic()
                told = event.incumbent.objective_usd
            if found_at is not None and time.monotonic() - found_at > 1.5:
                kill_solvers()
        plan = event.plan
        assert plan.termination.reason == termination_pb2.TERMINATION_REASON_FEASIBLE
        assert plan.termination.limit == termination_pb2.TERMINATION_LIMIT_OTHER
        assert "signal 9; the last plan found is kept" in plan.termination.detail
        assert plan.termination.objective_usd >= told * (1 - 1e-6)
        assert plan.termination.bound_usd <= plan.termination.objective_usd
        assert plan.verification.passed


def test_more_memory_than_allowed_fails_that_solve_alone_with_its_status(tmp_path: Path) -> None:
    with serving(tmp_path, memory_gb_per_process=0.01) as channel:
        planner, jobs = services_pb2_grpc.PlannerStub(channel), services_pb2_grpc.JobsStub(channel)
        with pytest.raises(grpc.RpcError) as caught:
            list(planner.Solve(asked(hard()), timeout=60))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "0.01 GB" in str(caught.value.details())
        request = services_pb2.JobsSubmitRequest(instance=message(hard()), idempotency_key="k")
        job_id = jobs.Submit(request, timeout=10).job.id
        *_, last = jobs.Watch(services_pb2.JobsWatchRequest(id=job_id), timeout=60)
        assert last.event.ended.state == job_pb2.JOB_STATE_FAILED
        assert last.event.ended.failure.reason == job_pb2.JOB_FAILURE_REASON_OUT_OF_MEMORY
        assert last.event.ended.attempts == 1
        until = time.monotonic() + 1
        while solvers() and time.monotonic() < until:  # a killed process is seen for a moment
            time.sleep(0.01)
        assert solvers() == 0
        assert planner.Validate(services_pb2.PlannerValidateRequest(instance=message(small())), timeout=10).valid


@pytest.mark.parametrize("limit", ["largest_routes", "largest_rates"])
def test_a_service_takes_on_less_where_it_is_told_so(tmp_path: Path, limit: str) -> None:
    with serving(tmp_path, **{limit: 1}) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            list(services_pb2_grpc.PlannerStub(channel).Solve(asked(hard()), timeout=60))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert len(violations(caught.value)) == 1
        request = services_pb2.JobsSubmitRequest(instance=message(hard()), idempotency_key="k")
        with pytest.raises(grpc.RpcError) as caught:
            services_pb2_grpc.JobsStub(channel).Submit(request, timeout=10)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_plan_told_of_is_in_the_answer_at_the_deadline(tmp_path: Path) -> None:
    with serving(tmp_path) as channel:
        planner = services_pb2_grpc.PlannerStub(channel)
        for seconds in (0.3, 0.6, 1.5, 2.5):
            began, told_at = time.monotonic(), None
            for event in planner.Solve(asked(hard()), timeout=seconds):
                if event.HasField("incumbent") and told_at is None:
                    told_at = time.monotonic() - began
            assert event.HasField("plan")
            assert time.monotonic() - began < seconds
            assert event.plan.termination.limit == termination_pb2.TERMINATION_LIMIT_TIME
            if told_at is not None and told_at < seconds - 0.5:
                assert event.plan.verification.passed


def test_one_process_at_a_time_is_enough_for_a_plan_with_baselines(tmp_path: Path) -> None:
    with serving(tmp_path, processes_per_solve=1) as channel:
        plan = list(services_pb2_grpc.PlannerStub(channel).Solve(asked(small()), timeout=30))[-1].plan
        assert plan.verification.passed
        assert len(plan.payback) == 2
        assert all(row.HasField("npv") for row in plan.payback)
