"""Jobs of the tests in their own words."""

from __future__ import annotations

import uuid

from inferplan.v1 import instance_pb2, job_pb2, plan_pb2, termination_pb2
from server.store import Claimed, QueueLimits, Store

LIMITS = QueueLimits(1000)
LEASE_SECONDS = 30.0
INSTANCE = instance_pb2.Instance(name="one").SerializeToString()
PLAN = plan_pb2.Plan(
    termination=termination_pb2.Termination(
        reason=termination_pb2.TERMINATION_REASON_OPTIMAL, objective_usd=12.5, wall_seconds=1.0
    )
)
SUCCESS = job_pb2.Job(state=job_pb2.JOB_STATE_SUCCEEDED, termination=PLAN.termination)
CRASH = job_pb2.JobFailure(reason=job_pb2.JOB_FAILURE_REASON_CRASH, detail="signal 11")


def new(owner: str = "", key: str = "", name: str = "one") -> job_pb2.Job:
    return job_pb2.Job(
        id=uuid.uuid4().hex,
        owner=owner,
        idempotency_key=key or uuid.uuid4().hex,
        instance_name=name,
        instance_digest="d",
    )


def added(store: Store, owner: str = "", key: str = "", name: str = "one", limits: QueueLimits = LIMITS) -> str:
    job = new(owner, key, name)
    assert store.add(job, INSTANCE, "f", limits) is None
    return job.id


def claimed(store: Store, seconds: float = LEASE_SECONDS) -> Claimed:
    found = store.claim(seconds)
    assert found is not None
    return found


def state(store: Store, job_id: str) -> int:
    job = store.get(None, job_id)
    assert job is not None
    return job.state


def events(store: Store, job_id: str, after: int = 0) -> list[job_pb2.JobEvent]:
    found = store.follow(None, job_id, after)
    assert found is not None
    return found[1]
