"""Jobs and studies through kill -9 of servers, solvers and the database: whatever was accepted ends once, with the right result."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import grpc

from inferplan.v1 import instance_pb2, job_pb2, plan_pb2, services_pb2, services_pb2_grpc
from server.asked import resolved_message
from server.campaign.instances import slow, tiny
from server.campaign.killed_studies import KilledStudies
from server.campaign.parts import Figure, Options
from server.campaign.postgres import Postgres
from server.campaign.servers import ServerProcess
from server.contract.plan import plan_message
from solver.solve.process import run_tasks
from solver.study.planning import Overrides, assemble, tasks_of

S = TypeVar("S")
T = TypeVar("T")

JOBS = 1000
DIFFERENT = 40
"""Tiny instances; every one is submitted many times, each time as a job of its own."""
SLOW_JOBS = 20
SLOW_DIFFERENT = 2
SENDERS = 4
AGAIN_SHARE = 0.2
"""Of the jobs are submitted a second time with their key."""
ATTEMPTS = 100
"""More than the kills of the campaign can use up: here no job is at fault."""
LEASE_SECONDS = 3.0
PATIENCE_SECONDS = 1800.0
CALL_SECONDS = 20.0
SHARES = {"solver": 6, "server": 3, "database": 1}
"""Of the kills; the first are one of each."""
LOOK_SECONDS = 0.1
TOLD_JOBS = 20
"""Between two lines in the log."""


@dataclass(slots=True)
class _Accepted:
    """What the senders were told: key -> identifiers, and the instance of each key."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    instance: dict[str, str] = field(default_factory=dict)


def run(options: Options) -> list[Figure]:
    """The whole part. Without PostgreSQL: one server on a SQLite file, and no database to kill."""
    chance = random.Random(options.seed)
    jobs = options.count(JOBS, 12)
    instances = _instances(min(DIFFERENT, jobs), chance)
    names = _order(instances, jobs, chance)
    direct: dict[str, plan_pb2.Plan] = {}
    longest = 0.0
    for name in sorted(set(names), reverse=True):  # tiny ones first: the first of all waits for the fork server
        began = time.monotonic()
        direct[name] = _direct(instances[name])
        longest = max(longest, time.monotonic() - began)
    studies = KilledStudies(options, chance)
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres()) if options.postgres else None
        store = str(options.folder / "jobs.sqlite") if postgres is None else postgres.url
        servers = [
            stack.enter_context(
                ServerProcess(
                    store, workers=1, slots=1, attempts=ATTEMPTS, lease_seconds=LEASE_SECONDS, queued_jobs=jobs
                )
            )
            for _ in range(1 if postgres is None else 2)
        ]
        channels = [_channel(server.address, stack) for server in servers]
        stubs = [services_pb2_grpc.JobsStub(channel) for channel in channels]
        study_stubs = [services_pb2_grpc.StudiesStub(channel) for channel in channels]
        ask_of_studies = partial(_patiently, study_stubs, chance=random.Random(4))
        began = time.monotonic()
        kills = _Kills(servers, postgres, chance, options, pause=max(1.0, longest))
        killer = threading.Thread(target=kills.go_on, daemon=True)
        killer.start()
        studies.submit(ask_of_studies)
        accepted = _submit_all(names, instances, stubs, options.seed)
        options.tell("kills", accepted=len(accepted.ids), seconds=round(time.monotonic() - began))
        ended = _wait_for_all(accepted, stubs, options)
        studies.wait(ask_of_studies)
        kills.stop.set()
        killer.join()
        for server in servers:
            if not server.running:
                server.start()
        seconds = time.monotonic() - began
        listed = _listed(stubs)
        wrong = _wrong(accepted, direct, stubs)
        wrong_studies = studies.wrong(ask_of_studies)
    ids = [job_id for told in accepted.ids.values() for job_id in told]
    lost = [job_id for job_id in ids if job_id not in ended or job_id not in listed]
    doubled = len(ids) - len(accepted.ids) + len(set(listed) - set(ids)) + len(listed) - len(set(listed))
    runs = sum(job.attempts for job in ended.values())
    counts = kills.counts
    return [
        Figure("jobs accepted", str(len(accepted.ids)), f"{jobs}", len(accepted.ids) == jobs),
        Figure(
            "kill -9 of servers, solvers, database", f"{counts['server']}, {counts['solver']}, {counts['database']}"
        ),
        Figure("jobs lost", str(len(lost)), "0", not lost),
        Figure("jobs doubled", str(doubled), "0", doubled == 0),
        Figure("results that differ from a direct solve", "; ".join(wrong[:5]) or "0", "0", not wrong),
        Figure("times a job was started", f"{runs} for {len(ended)} jobs"),
        Figure("studies accepted", str(studies.accepted), str(studies.count), studies.accepted == studies.count),
        Figure("studies lost, doubled or different", "; ".join(wrong_studies[:5]) or "0", "0", not wrong_studies),
        Figure(
            "times a study was started",
            f"{sum(job.attempts for job in studies.ended.values())} for {len(studies.ended)}",
        ),
        Figure("time", f"{seconds:.0f} s"),
    ]


class _Kills:
    """Kills at random moments, and starts again what was killed.

    A server that starts is killed again on its way at times, but not without end. `pause`: about how long the longest job
    takes on this machine, s; were the kills much closer, it would never end.
    """

    def __init__(
        self,
        servers: Sequence[ServerProcess],
        postgres: Postgres | None,
        chance: random.Random,
        options: Options,
        pause: float,
    ) -> None:
        self._pause = pause
        self._servers, self._postgres, self._chance, self._options = servers, postgres, chance, options
        self._began = time.monotonic()
        self.stop = threading.Event()
        self.counts: Counter[str] = Counter()

    def go_on(self) -> None:
        """Until told to stop."""
        first = ["solver", "database", "server"]
        while not self.stop.wait(self._chance.uniform(0.3, 1.2) * (0.5 if first else self._pause)):
            what = first.pop() if first else self._chance.choices(tuple(SHARES), tuple(SHARES.values()))[0]
            if what == "solver":
                self.counts[what] += any(server.kill_a_solver() for server in self._servers)
            elif what == "server":
                server = self._chance.choice(self._servers)
                server.kill()
                self.counts[what] += 1
                server.start()
                if self._chance.random() < AGAIN_SHARE:  # killed again while it starts
                    self.stop.wait(self._chance.uniform(0.0, 2.0))
                    server.kill()
                    self.counts[what] += 1
                    server.start()
                self._wait(server)
            elif self._postgres is not None:
                self._postgres.kill()
                self.counts[what] += 1
                self.stop.wait(self._chance.uniform(0.0, 2.0))
                self._postgres.start()
            self._options.tell("kills", **self.counts, seconds=round(time.monotonic() - self._began))
            for server in self._servers:
                if not server.running:  # it gave up because the database was away when it started
                    server.start()

    def _wait(self, server: ServerProcess) -> None:
        """Until it serves, however slow the machine is: else nothing would ever get on."""
        while server.running and not self.stop.is_set() and not server.serving():
            self.stop.wait(LOOK_SECONDS)


def _instances(count: int, chance: random.Random) -> dict[str, instance_pb2.Instance]:
    found = {f"tiny-{n}": tiny(n) for n in chance.sample(range(1000), count)}
    return found | {f"slow-{n}": slow(n) for n in range(SLOW_DIFFERENT)}


def _order(instances: dict[str, instance_pb2.Instance], jobs: int, chance: random.Random) -> list[str]:
    """Name of every job's instance."""
    tiny_names = [name for name in instances if name.startswith("tiny")]
    slow_names = [name for name in instances if name.startswith("slow")]
    late = max(1, jobs * SLOW_JOBS // JOBS)
    names = [slow_names[n % len(slow_names)] for n in range(late)] + [
        chance.choice(tiny_names) for _ in range(jobs - late)
    ]
    chance.shuffle(names)
    return names


def _direct(message: instance_pb2.Instance) -> plan_pb2.Plan:
    """The plan without any service."""
    resolved = resolved_message(message)
    tasks = tasks_of(resolved, Overrides())
    return _timeless(plan_message(assemble(resolved, run_tasks(tasks, 1), Overrides())))


def _timeless(plan: plan_pb2.Plan) -> plan_pb2.Plan:
    """Without what differs from one run to the next: the time that it took."""
    plan.termination.ClearField("wall_seconds")
    return plan


def _channel(address: str, stack: ExitStack) -> grpc.Channel:
    options = [("grpc.max_receive_message_length", 64 << 20), ("grpc.max_reconnect_backoff_ms", 1000)]
    return stack.enter_context(grpc.insecure_channel(address, options=options))


def _patiently(stubs: Sequence[S], call: Callable[[S], T], chance: random.Random) -> T:
    """Ask one server after the other until one answers."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return call(chance.choice(stubs))
        except grpc.RpcError as error:
            again = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED)
            if error.code() not in again or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _submit_all(
    names: list[str],
    instances: dict[str, instance_pb2.Instance],
    stubs: Sequence[services_pb2_grpc.JobsStub],
    seed: int,
) -> _Accepted:
    accepted = _Accepted()
    lock = threading.Lock()
    left = list(enumerate(names))
    faults: list[BaseException] = []

    def send(sender: int) -> None:
        chance = random.Random(seed * SENDERS + sender)
        try:
            while True:
                with lock:
                    if not left:
                        return
                    number, name = left.pop()
                key = f"job-{number}"
                request = services_pb2.JobsSubmitRequest(instance=instances[name], idempotency_key=key)
                for _ in range(2 if chance.random() < AGAIN_SHARE else 1):
                    job = _patiently(stubs, partial(_submitted, request), chance)
                    with lock:
                        accepted.ids.setdefault(key, set()).add(job.id)
                        accepted.instance[key] = name
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return accepted


def _wait_for_all(
    accepted: _Accepted, stubs: Sequence[services_pb2_grpc.JobsStub], options: Options
) -> dict[str, job_pb2.Job]:
    chance = random.Random(1)
    open_ids = {job_id for told in accepted.ids.values() for job_id in told}
    ended: dict[str, job_pb2.Job] = {}
    until = time.monotonic() + PATIENCE_SECONDS
    while open_ids and time.monotonic() < until:
        for job_id in tuple(open_ids):
            job = _patiently(stubs, partial(_got, job_id), chance)
            if not job.HasField("end_time"):
                time.sleep(0.2)
                break
            ended[job_id] = job
            if len(ended) % TOLD_JOBS == 0:
                options.tell("kills", ended=len(ended), attempts=sum(job.attempts for job in ended.values()))
            open_ids.discard(job_id)
    return ended


def _listed(stubs: Sequence[services_pb2_grpc.JobsStub]) -> list[str]:
    chance = random.Random(2)
    request = services_pb2.JobsListRequest(page_size=1000)
    found: list[str] = []
    while True:
        page = _patiently(stubs, lambda stub: stub.List(request, timeout=CALL_SECONDS), chance)
        found += [job.id for job in page.jobs]
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


def _wrong(
    accepted: _Accepted, direct: dict[str, plan_pb2.Plan], stubs: Sequence[services_pb2_grpc.JobsStub]
) -> list[str]:
    """Jobs whose result is not the direct one, to the last bit, or whose story has a gap or two ends."""
    chance = random.Random(3)
    wrong: list[str] = []
    for key, told in accepted.ids.items():
        for job_id in told:
            events = _patiently(stubs, partial(_watched, job_id), chance)
            ends = [event.ended for event in events if event.HasField("ended")]
            if [event.sequence for event in events] != list(range(1, len(events) + 1)) or len(ends) != 1:
                wrong.append(f"{key}: {len(ends)} ends in {len(events)} events")
            elif ends[0].state != job_pb2.JOB_STATE_SUCCEEDED:
                wrong.append(f"{key}: {job_pb2.JobState.Name(ends[0].state)} {ends[0].failure.detail}")
            elif _timeless(ends[0].plan) != direct[accepted.instance[key]]:
                wrong.append(f"{key}: another plan, {ends[0].plan.termination.objective_usd}")
    return wrong


def _submitted(request: services_pb2.JobsSubmitRequest, stub: services_pb2_grpc.JobsStub) -> job_pb2.Job:
    return stub.Submit(request, timeout=CALL_SECONDS).job


def _got(job_id: str, stub: services_pb2_grpc.JobsStub) -> job_pb2.Job:
    return stub.Get(services_pb2.JobsGetRequest(id=job_id), timeout=CALL_SECONDS).job


def _watched(job_id: str, stub: services_pb2_grpc.JobsStub) -> list[job_pb2.JobEvent]:
    request = services_pb2.JobsWatchRequest(id=job_id)
    return [answer.event for answer in stub.Watch(request, timeout=CALL_SECONDS)]
