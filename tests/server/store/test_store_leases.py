"""Leases, fencing and the shared queue, with several servers on one database."""

from __future__ import annotations

import threading
import time

import pytest
from store.conftest import Opener
from store.jobs import CRASH, LEASE_SECONDS, PLAN, SUCCESS, added, claimed, events, state

from inferplan.v1 import job_pb2
from server.store import QUEUED, RUNNING, Claimed, Lease, LeaseLostError, Store
from server.store.leases import claim

SHORT_SECONDS = 0.05
MOST = 3


def test_each_job_is_taken_once_by_servers_that_take_at_the_same_time(store: Store, opened: Opener) -> None:
    ids = [added(store) for _ in range(30)]
    taken: list[str] = []

    def take(server: Store) -> None:
        while (found := server.claim(LEASE_SECONDS)) is not None:
            taken.append(found.job.id)

    threads = [threading.Thread(target=take, args=(server,)) for server in (store, opened(), opened())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)


def test_jobs_are_taken_in_their_order(store: Store) -> None:
    ids = [added(store) for _ in range(3)]
    assert [claimed(store).job.id for _ in ids] == ids
    assert store.claim(LEASE_SECONDS) is None


def test_a_caller_with_many_jobs_does_not_stand_before_the_others(store: Store) -> None:
    for _ in range(5):
        added(store, owner="many")
    few = [added(store, owner="few"), added(store, owner="few")]
    taken = [claimed(store).job for _ in range(4)]
    assert [job.owner for job in taken] == ["many", "few", "many", "few"]
    assert [job.id for job in taken if job.owner == "few"] == few


def test_a_stale_writer_changes_nothing(store: Store, opened: Opener) -> None:
    job_id = added(store)
    stale = claimed(store, SHORT_SECONDS).lease
    time.sleep(2 * SHORT_SECONDS)
    other = opened()
    assert other.take_back(MOST) == 1
    newer = claimed(other)
    assert newer.job.attempts == 2
    assert newer.lease.token > stale.token
    before = store.get(None, job_id, full=True)
    for write in (
        lambda: store.end(stale, SUCCESS, PLAN),
        lambda: store.tell(stale, job_pb2.JobEvent(state=RUNNING)),
        lambda: store.crash(stale, CRASH, None, MOST),
        lambda: store.release(stale),
    ):
        with pytest.raises(LeaseLostError):
            write()
    assert store.get(None, job_id, full=True) == before
    assert store.beat([stale], LEASE_SECONDS).held == frozenset()
    assert other.end(newer.lease, SUCCESS, PLAN).state == job_pb2.JOB_STATE_SUCCEEDED
    with pytest.raises(LeaseLostError):
        store.end(stale, job_pb2.Job(state=job_pb2.JOB_STATE_FAILED, failure=CRASH), None)
    assert state(store, job_id) == job_pb2.JOB_STATE_SUCCEEDED


def test_a_lease_that_ran_out_writes_nothing_until_it_is_renewed(store: Store) -> None:
    added(store)
    lease = claimed(store, SHORT_SECONDS).lease
    time.sleep(2 * SHORT_SECONDS)
    with pytest.raises(LeaseLostError):
        store.end(lease, SUCCESS, PLAN)
    assert store.beat([lease], LEASE_SECONDS).held == {lease}
    assert store.take_back(MOST) == 0
    assert store.end(lease, SUCCESS, PLAN).state == job_pb2.JOB_STATE_SUCCEEDED


def test_ending_twice_with_one_lease_is_ending_once(store: Store) -> None:
    job_id = added(store)
    lease = claimed(store).lease
    first = store.end(lease, SUCCESS, PLAN)
    assert store.end(lease, job_pb2.Job(state=job_pb2.JOB_STATE_FAILED, failure=CRASH), None) == first
    assert len(events(store, job_id)) == 3


def test_a_claim_whose_answer_was_lost_gives_the_same_job(store: Store) -> None:
    added(store), added(store)
    database = store._database

    def again() -> Claimed | None:
        return database.write(lambda change: claim(change, "server", "claim-1", LEASE_SECONDS))

    first, second = again(), again()
    assert first is not None
    assert second is not None
    assert first.lease == second.lease


def test_a_job_that_always_crashes_is_given_up(store: Store) -> None:
    job_id = added(store)
    for attempt in range(MOST):
        taken = claimed(store)
        assert taken.job.attempts == attempt + 1
        store.crash(taken.lease, CRASH, PLAN, MOST)
    assert store.claim(LEASE_SECONDS) is None
    job = store.get(None, job_id, full=True)
    assert job is not None
    assert (job.state, job.failure) == (job_pb2.JOB_STATE_FAILED, CRASH)
    assert job.plan == PLAN


def test_a_job_whose_servers_are_always_lost_is_given_up(store: Store, opened: Opener) -> None:
    job_id = added(store)
    for _ in range(MOST):
        claimed(opened(), SHORT_SECONDS)
        time.sleep(2 * SHORT_SECONDS)
        assert store.take_back(MOST) == 1
    job = store.get(None, job_id)
    assert job is not None
    assert job.state == job_pb2.JOB_STATE_FAILED
    assert job.failure.reason == job_pb2.JOB_FAILURE_REASON_WORKERS_LOST
    assert f"{MOST} times" in job.failure.detail


def test_giving_a_job_back_counts_no_attempt(store: Store) -> None:
    job_id = added(store)
    for _ in range(MOST + 2):
        store.release(claimed(store).lease)
    job = store.get(None, job_id)
    assert job is not None
    assert (job.state, job.attempts) == (QUEUED, 0)


def test_a_lost_job_that_was_to_stop_ends_cancelled(store: Store) -> None:
    first, second = added(store), added(store)
    claimed(store, SHORT_SECONDS)
    lease = claimed(store).lease
    store.cancel(None, first), store.cancel(None, second)
    time.sleep(2 * SHORT_SECONDS)
    assert store.take_back(MOST) == 1
    store.release(lease)
    assert state(store, first) == state(store, second) == job_pb2.JOB_STATE_CANCELLED


def test_heartbeats_renew_tell_of_cancels_and_know_only_what_is_theirs(store: Store, opened: Opener) -> None:
    first = added(store)
    added(store)
    mine, theirs = claimed(store).lease, claimed(opened()).lease
    assert store.beat([mine, theirs, Lease(first, 99)], LEASE_SECONDS).held == {mine}
    opened().cancel(None, first)
    found = store.beat([mine], LEASE_SECONDS)
    assert (found.held, found.to_stop) == ({mine}, {first})
    assert len(store.servers(LEASE_SECONDS)) == 1


def test_a_server_alone_takes_everything_back_at_its_start(store: Store, opened: Opener) -> None:
    added(store)
    claimed(opened())
    assert store.take_back(MOST) == 0
    assert store.take_back(MOST, everything=True) == 1
    assert claimed(store).job.attempts == 2


def test_another_servers_changes_are_heard(store: Store, opened: Opener) -> None:
    job_id = added(store)
    other = opened()
    if not store.shared:
        pytest.skip("a SQLite file has one server; others look again")
    time.sleep(0.5)  # the listener connects
    with store.changes.following(job_id) as change:
        began = time.monotonic()
        threading.Timer(0.2, lambda: other.cancel(None, job_id)).start()
        change.wait(10)
        assert time.monotonic() - began < 5
