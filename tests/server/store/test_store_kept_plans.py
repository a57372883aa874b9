"""The best plan of a job that runs is in the store: it outlives its solver and its server."""

from __future__ import annotations

import time

import pytest
from store.jobs import CRASH, PLAN, added, claimed

from inferplan.v1 import job_pb2, plan_pb2, termination_pb2
from server.store import Lease, LeaseLostError, Store


def plan(usd: float) -> plan_pb2.Plan:
    found = plan_pb2.Plan()
    found.termination.reason = termination_pb2.TERMINATION_REASON_FEASIBLE
    found.termination.objective_usd = usd
    return found


def kept(store: Store, lease: Lease, usd: float) -> None:
    store.keep(lease, plan(usd).SerializeToString(), usd)


def shown(store: Store, job_id: str) -> job_pb2.Job:
    found = store.get(None, job_id, full=True)
    assert found is not None
    return found


def test_a_running_job_shows_the_best_plan_so_far(store: Store) -> None:
    job_id = added(store)
    lease = claimed(store).lease
    assert not shown(store, job_id).HasField("plan")
    for usd, best in ((20.0, 20.0), (15.0, 15.0), (18.0, 15.0)):
        kept(store, lease, usd)
        found = shown(store, job_id)
        assert (found.state, found.plan.termination.objective_usd) == (job_pb2.JOB_STATE_RUNNING, best)
        assert not found.HasField("termination")
    basic = store.get(None, job_id)
    assert basic is not None
    assert not basic.HasField("plan")


def test_the_last_attempt_that_is_lost_leaves_its_plan(store: Store) -> None:
    job_id = added(store)
    kept(store, claimed(store).lease, 20.0)
    store.take_back(2, everything=True)
    assert shown(store, job_id).state == job_pb2.JOB_STATE_QUEUED
    assert claimed(store).job.id == job_id
    store.take_back(2, everything=True)
    found = shown(store, job_id)
    assert found.state == job_pb2.JOB_STATE_FAILED
    assert found.failure.reason == job_pb2.JOB_FAILURE_REASON_WORKERS_LOST
    assert found.plan.termination.objective_usd == 20.0
    assert found.termination == found.plan.termination
    assert found.termination.limit == termination_pb2.TERMINATION_LIMIT_OTHER


@pytest.mark.parametrize("how", ["lost", "crashed", "ended"])
def test_a_job_that_was_to_stop_keeps_its_plan(store: Store, how: str) -> None:
    job_id = added(store)
    lease = claimed(store).lease
    kept(store, lease, 20.0)
    store.cancel(None, job_id)
    if how == "lost":
        store.take_back(3, everything=True)
    elif how == "crashed":
        store.crash(lease, CRASH, None, 3)
    else:
        nothing = plan_pb2.Plan(
            termination=termination_pb2.Termination(reason=termination_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND)
        )
        store.end(lease, job_pb2.Job(state=job_pb2.JOB_STATE_CANCELLED, termination=nothing.termination), nothing)
    found = shown(store, job_id)
    assert (found.state, found.plan.termination.objective_usd) == (job_pb2.JOB_STATE_CANCELLED, 20.0)
    assert found.termination.objective_usd == 20.0


def test_the_answer_takes_the_place_of_what_was_kept(store: Store) -> None:
    job_id = added(store)
    lease = claimed(store).lease
    kept(store, lease, 10.0)
    store.end(lease, job_pb2.Job(state=job_pb2.JOB_STATE_SUCCEEDED, termination=PLAN.termination), PLAN)
    assert shown(store, job_id).plan == PLAN


def test_a_stale_holder_keeps_nothing(store: Store) -> None:
    job_id = added(store)
    lease = claimed(store, 0.05).lease
    time.sleep(0.1)
    with pytest.raises(LeaseLostError):
        kept(store, lease, 10.0)
    assert not shown(store, job_id).HasField("plan")
