"""What a store keeps, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading

import pytest
from store.conftest import Opener
from store.jobs import INSTANCE, LIMITS, PLAN, SUCCESS, added, claimed, events, new, state

from inferplan.v1 import job_pb2, termination_pb2
from server.store import CANCELLING, QUEUED, RUNNING, Conditions, KeyTakenError, QueueFullError, QueueLimits, Store


def test_a_job_from_accepting_to_deleting(store: Store, opened: Opener) -> None:
    job_id = added(store, owner="me", name="Ünï_100%")
    lease = claimed(store).lease
    store.tell(lease, job_pb2.JobEvent(progress=termination_pb2.Progress(phase="plan", elapsed_seconds=1.0)))
    store.tell(lease, job_pb2.JobEvent(incumbent=termination_pb2.Incumbent(objective_usd=3.0)))
    ended = store.end(lease, SUCCESS, PLAN)
    other = opened()
    job = other.get("me", job_id, full=True)
    assert job is not None
    assert (job.plan, job.instance.name, job.termination) == (PLAN, "one", PLAN.termination)
    assert (job.attempts, job.last_sequence, job.progress.phase) == (1, 5, "plan")
    assert job.create_time.ToMicroseconds() <= job.start_time.ToMicroseconds() <= job.end_time.ToMicroseconds()
    found = events(other, job_id)
    kinds = [event.WhichOneof("event") for event in found]
    assert kinds == ["state", "state", "progress", "incumbent", "ended"]
    assert [event.sequence for event in found] == [1, 2, 3, 4, 5]
    job.ClearField("instance")
    assert found[-1].ended == job
    assert found[3:] == events(store, job_id, after=3)
    ended.plan.CopyFrom(PLAN)
    assert ended == job
    assert other.delete("me", job_id)
    assert store.get("me", job_id) is None
    assert store.follow("me", job_id, 0) is None


def test_a_key_stands_for_one_job_of_one_owner(store: Store, opened: Opener) -> None:
    job_id = added(store, owner="me", key="k")
    again = opened().add(new("me", "k"), INSTANCE, "f", LIMITS)
    assert again is not None
    assert again.id == job_id
    with pytest.raises(KeyTakenError):
        store.add(new("me", "k"), INSTANCE, "another", LIMITS)
    assert added(store, owner="you", key="k") != job_id


def test_one_key_sent_to_many_servers_at_once_makes_one_job(store: Store, opened: Opener) -> None:
    ids: list[str] = []

    def send(server: Store) -> None:
        job = new("me", "same")
        found = server.add(job, INSTANCE, "f", LIMITS)
        ids.append(job.id if found is None else found.id)

    threads = [
        threading.Thread(target=send, args=(server,)) for server in (store, opened(), opened()) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 12
    assert len(set(ids)) == 1


def test_an_accepted_job_asked_again_after_a_lost_answer_is_new(store: Store) -> None:
    job = new()
    assert store.add(job, INSTANCE, "f", LIMITS) is None
    assert store.add(job, INSTANCE, "f", LIMITS) is None
    assert len(store.page(Conditions(None), None, 10)[0]) == 1


def test_the_queue_is_bounded_for_all_and_for_one(store: Store) -> None:
    for _ in range(2):
        added(store, owner="me")
    with pytest.raises(QueueFullError) as caught:
        added(store, owner="me", limits=QueueLimits(10, 2))
    assert caught.value.of_owner
    added(store, owner="you", limits=QueueLimits(10, 2))
    with pytest.raises(QueueFullError) as caught:
        added(store, owner="you", limits=QueueLimits(3, 2))
    assert not caught.value.of_owner
    claimed(store)
    added(store, owner="you", limits=QueueLimits(3, 2))


def test_nobody_reaches_another_ones_job(store: Store) -> None:
    job_id = added(store, owner="me")
    assert store.get("you", job_id) is None
    assert store.cancel("you", job_id) is None
    assert store.follow("you", job_id, 0) is None
    store.cancel("me", job_id)
    assert store.delete("you", job_id)
    assert store.get(None, job_id) is not None
    assert store.get("me", "\0") is None


def test_pages_and_conditions(store: Store) -> None:
    ids = [added(store, owner="me", name=name) for name in ("Äpfel", "apples", "50%_x", "apples 2")]
    added(store, owner="you")
    first, below = store.page(Conditions("me"), None, 3)
    assert [job.id for job in first] == ids[:0:-1]
    rest, none = store.page(Conditions("me"), below, 3)
    assert ([job.id for job in rest], none) == (ids[:1], None)

    def names(**conditions: object) -> list[str]:
        return [job.instance_name for job in store.page(Conditions("me", **conditions), None, 9)[0]]  # type: ignore[arg-type]

    assert names(name_contains="ÄPF") == ["Äpfel"]
    assert names(name_contains="APPLES") == ["apples 2", "apples"]
    assert names(name_contains="%_") == ["50%_x"]
    assert names(name_contains="\0") == []
    assert names(states=(RUNNING,)) == []
    assert len(names(states=(QUEUED,), digest="d")) == 4
    assert names(digest="other") == []
    created = first[0].create_time.ToMicroseconds()
    assert names(created_from_us=created) == ["apples 2"]
    assert len(names(created_before_us=created)) == 3
    assert len(store.page(Conditions(None), None, 9)[0]) == 5
    assert [job.queue_position for job in first] == [3, 2, 1]


def test_cancelling_ends_what_waits_and_asks_what_runs(store: Store) -> None:
    running, waiting = added(store), added(store)
    lease = claimed(store).lease
    for job_id, after in ((running, CANCELLING), (waiting, job_pb2.JOB_STATE_CANCELLED)):
        before = store.cancel(None, job_id)
        assert before is not None
        assert before.state != after
        assert state(store, job_id) == after
    ended = events(store, waiting)[-1].ended
    assert ended.termination.limit == termination_pb2.TERMINATION_LIMIT_INTERRUPT
    assert not store.delete(None, running)
    store.cancel(None, running)
    assert len(events(store, running)) == 3
    store.end(lease, job_pb2.Job(state=job_pb2.JOB_STATE_CANCELLED, termination=PLAN.termination), PLAN)
    last = store.get(None, running)
    again = store.cancel(None, running)
    assert again == last


def test_jobs_are_counted_by_state(store: Store) -> None:
    for _ in range(3):
        added(store)
    claimed(store)
    assert store.counts() == {QUEUED: 2, RUNNING: 1}
