"""Jobs over a real connection: one worker, three places in the queue."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import grpc
import pytest
from asking import detail, kill_solvers, message, violations
from cli.small import Values, hard, own_only, small
from google.rpc import error_details_pb2

from inferplan.v1 import job_pb2, services_pb2, services_pb2_grpc, termination_pb2


@pytest.fixture
def jobs(channel: grpc.Channel) -> Iterator[services_pb2_grpc.JobsStub]:
    """Jobs that a test leaves are cancelled."""
    stub = services_pb2_grpc.JobsStub(channel)
    yield stub
    unfinished = services_pb2.JobFilter(states=[job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING])
    for job in stub.List(services_pb2.JobsListRequest(filter=unfinished), timeout=10).jobs:
        stub.Cancel(services_pb2.JobsCancelRequest(id=job.id), timeout=10)
        watched(stub, job.id)


def submitted(jobs: services_pb2_grpc.JobsStub, values: Values, key: str = "") -> job_pb2.Job:
    request = services_pb2.JobsSubmitRequest(instance=message(values), idempotency_key=key or uuid.uuid4().hex)
    return jobs.Submit(request, timeout=10).job


def watched(jobs: services_pb2_grpc.JobsStub, job_id: str, after: int = 0) -> list[job_pb2.JobEvent]:
    request = services_pb2.JobsWatchRequest(id=job_id, after_sequence=after)
    return [answer.event for answer in jobs.Watch(request, timeout=60)]


def got(jobs: services_pb2_grpc.JobsStub, job_id: str) -> job_pb2.Job:
    request = services_pb2.JobsGetRequest(id=job_id, view=services_pb2.JOB_VIEW_FULL)
    return jobs.Get(request, timeout=10).job


def running(jobs: services_pb2_grpc.JobsStub, values: Values, *, with_plan: bool = False) -> job_pb2.Job:
    job = submitted(jobs, values)
    call = jobs.Watch(services_pb2.JobsWatchRequest(id=job.id), timeout=60)
    for answer in call:
        if answer.event.HasField("incumbent") or (answer.event.HasField("progress") and not with_plan):
            break
    call.cancel()
    return job


def test_a_job_ends_with_its_plan(jobs: services_pb2_grpc.JobsStub) -> None:
    values = small()
    job = submitted(jobs, values)
    assert job.state in (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING)
    assert (job.instance_name, len(job.instance_digest)) == ("small", 64)
    events = watched(jobs, job.id)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.state for event in events if event.HasField("state")] == [
        job_pb2.JOB_STATE_QUEUED,
        job_pb2.JOB_STATE_RUNNING,
    ]
    full = got(jobs, job.id)
    assert full.state == job_pb2.JOB_STATE_SUCCEEDED
    assert full.plan.verification.passed
    assert full.plan.termination == full.termination
    assert full.instance == message(values)
    assert (full.attempts, full.last_sequence) == (1, len(events))
    ended = events[-1].ended
    ended.instance.CopyFrom(full.instance)
    assert ended == full
    assert watched(jobs, job.id, after=2) == events_like(events[2:])


def events_like(events: list[job_pb2.JobEvent]) -> list[job_pb2.JobEvent]:
    """Events as they were sent, without what a test put into them."""
    for event in events:
        if event.HasField("ended"):
            event.ended.ClearField("instance")
    return events


def test_an_infeasible_job_succeeds_with_that_answer(jobs: services_pb2_grpc.JobsStub) -> None:
    job = submitted(jobs, own_only(policy={"capex_budget_usd": 1}))
    ended = watched(jobs, job.id)[-1].ended
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED
    assert ended.termination.reason == termination_pb2.TERMINATION_REASON_INFEASIBLE


def test_the_key_makes_submitting_idempotent(jobs: services_pb2_grpc.JobsStub) -> None:
    request = services_pb2.JobsSubmitRequest(instance=message(small()), idempotency_key="the-key")
    first, again = jobs.Submit(request, timeout=10), jobs.Submit(request, timeout=10)
    assert (first.existed, again.existed) == (False, True)
    assert first.job.id == again.job.id
    request.instance.name = "another"
    with pytest.raises(grpc.RpcError) as caught:
        jobs.Submit(request, timeout=10)
    assert caught.value.code() is grpc.StatusCode.ALREADY_EXISTS


@pytest.mark.parametrize("key", ["", "x" * 129, "line\nbreak", "ü"])
def test_bad_keys(jobs: services_pb2_grpc.JobsStub, key: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        jobs.Submit(services_pb2.JobsSubmitRequest(instance=message(small()), idempotency_key=key), timeout=10)
    assert violations(caught.value) == ["idempotency_key"]


def test_a_cancelled_job_keeps_its_best_plan(jobs: services_pb2_grpc.JobsStub) -> None:
    job = running(jobs, hard(), with_plan=True)
    began = time.monotonic()
    jobs.Cancel(services_pb2.JobsCancelRequest(id=job.id), timeout=10)
    ended = watched(jobs, job.id)[-1].ended
    assert time.monotonic() - began < 2
    assert ended.state == job_pb2.JOB_STATE_CANCELLED
    assert ended.plan.verification.passed
    assert ended.termination.reason == termination_pb2.TERMINATION_REASON_FEASIBLE
    again = jobs.Cancel(services_pb2.JobsCancelRequest(id=job.id), timeout=10).job
    assert again.last_sequence == ended.last_sequence


def test_the_queue_is_bounded_told_and_left(jobs: services_pb2_grpc.JobsStub) -> None:
    first = running(jobs, hard())
    waiting = [submitted(jobs, small()) for _ in range(3)]
    assert [job.queue_position for job in waiting] == [0, 1, 2]
    with pytest.raises(grpc.RpcError) as caught:
        submitted(jobs, small())
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert detail(caught.value, error_details_pb2.RetryInfo).retry_delay.seconds >= 1
    with pytest.raises(grpc.RpcError) as caught:
        jobs.Delete(services_pb2.JobsDeleteRequest(id=waiting[0].id), timeout=10)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    cancelled = jobs.Cancel(services_pb2.JobsCancelRequest(id=waiting[0].id), timeout=10).job
    assert cancelled.state == job_pb2.JOB_STATE_CANCELLED
    assert got(jobs, waiting[1].id).queue_position == 0
    jobs.Cancel(services_pb2.JobsCancelRequest(id=first.id), timeout=10)
    for job in waiting[1:]:
        assert watched(jobs, job.id)[-1].ended.state == job_pb2.JOB_STATE_SUCCEEDED


def test_a_killed_solver_fails_its_job(jobs: services_pb2_grpc.JobsStub) -> None:
    job = running(jobs, hard())
    kill_solvers()
    ended = watched(jobs, job.id)[-1].ended
    assert ended.state == job_pb2.JOB_STATE_FAILED
    assert ended.failure.reason == job_pb2.JOB_FAILURE_REASON_CRASH


def test_lists_are_filtered_and_paged(jobs: services_pb2_grpc.JobsStub) -> None:
    ids = [submitted(jobs, small(name=f"listed-{n}")).id for n in range(3)]
    for job_id in ids:
        watched(jobs, job_id)
    wanted = services_pb2.JobFilter(instance_name_contains="LISTED", states=[job_pb2.JOB_STATE_SUCCEEDED])
    request = services_pb2.JobsListRequest(page_size=2, filter=wanted)
    page = jobs.List(request, timeout=10)
    request.page_token = page.next_page_token
    rest = jobs.List(request, timeout=10)
    assert [job.id for job in (*page.jobs, *rest.jobs)] == ids[::-1]
    assert not rest.next_page_token
    wanted.created_from.CopyFrom(page.jobs[0].create_time)
    newest = jobs.List(services_pb2.JobsListRequest(filter=wanted), timeout=10)
    assert [job.id for job in newest.jobs] == [ids[-1]]


def test_a_deleted_job_is_gone(jobs: services_pb2_grpc.JobsStub) -> None:
    job = submitted(jobs, small(name="gone"))
    watched(jobs, job.id)
    jobs.Delete(services_pb2.JobsDeleteRequest(id=job.id), timeout=10)
    for call in (lambda: got(jobs, job.id), lambda: watched(jobs, job.id)):
        with pytest.raises(grpc.RpcError) as caught:
            call()
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_text_that_no_name_can_have_finds_nothing(jobs: services_pb2_grpc.JobsStub) -> None:
    submitted(jobs, small())
    for text in ("x" * 70_000, "\0"):
        request = services_pb2.JobsListRequest(filter=services_pb2.JobFilter(instance_name_contains=text))
        assert list(jobs.List(request, timeout=10).jobs) == []
        with pytest.raises(grpc.RpcError) as caught:
            got(jobs, text)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND  # and not too long to be told
