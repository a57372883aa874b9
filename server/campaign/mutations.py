"""Mutated requests: whatever comes, the server stands, grows no fatter, and answers with the status that fits."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import grpc
from google.protobuf.message import Message

from inferplan.v1 import catalog_pb2, instance_pb2, job_pb2, services_pb2, study_pb2
from server.campaign.garbling import garbled_bytes, garbled_fields, too_deep, too_large
from server.campaign.instances import tiny
from server.campaign.parts import Figure, Options
from server.campaign.servers import ServerProcess

REQUESTS = 100_000
THREADS = 8
REQUEST_BYTES = 256 * 1024
WARM_SHARE = 0.25
"""Of the requests, before the memory is taken that the end is held against: pools, caches and arenas have filled by then."""
MOST_GROWTH = 0.05
TELLING = 20_000
"""Requests from which on the growth says something: in fewer, the server is still warming up at the end."""
LOOK_REQUESTS = 1_000
"""Between two looks at the memory."""
SOLVE_SECONDS = 4.0

ACCELERATOR = catalog_pb2.CATALOG_KIND_ACCELERATOR
_CODE = grpc.StatusCode
RIGHT = {
    _CODE.OK,
    _CODE.INVALID_ARGUMENT,
    _CODE.NOT_FOUND,
    _CODE.ALREADY_EXISTS,
    _CODE.FAILED_PRECONDITION,
    _CODE.RESOURCE_EXHAUSTED,
}
"""Statuses that a request can have deserved. UNKNOWN, INTERNAL and UNAVAILABLE are the server's own failures."""
TOO_LONG = "metadata size"
"""In what gRPC says, as RESOURCE_EXHAUSTED, where a status was too long to arrive."""


@dataclass
class Outcome:
    """What came of a run. `wrong` holds the first answers that nobody could have deserved."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[int, int]] = field(default_factory=list)
    warm_bytes: int = 0
    end_bytes: int = 0
    alive: bool = True

    @property
    def growth(self) -> float:
        """Share by which the server's memory grew after it had warmed up."""
        return self.end_bytes / self.warm_bytes - 1

    @property
    def sent(self) -> int:
        """Requests that were answered."""
        return sum(self.statuses.values())

    def look(self, server: ServerProcess) -> int:
        """Note the server's memory, and give it."""
        self.memory.append((self.sent, server.resident_bytes()))
        return self.memory[-1][1]


def mutate(
    server: ServerProcess,
    requests: int,
    seed: int,
    request_bytes: int = REQUEST_BYTES,
    look: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """Send so many mutated requests from several threads, and look at the server's memory after a part and at the end.

    `look` hears of every step on the way.
    """
    outcome = Outcome()
    warm = int(requests * WARM_SHARE)
    for number, step in enumerate(_steps(warm) + _steps(requests - warm)):
        _send(server, step, seed + number, request_bytes, outcome)
        size = outcome.look(server)
        if outcome.sent <= warm:
            outcome.warm_bytes = size
        if look is not None:
            look(outcome)
    outcome.alive = server.running
    outcome.end_bytes = server.resident_bytes()
    return outcome


def _steps(requests: int) -> list[int]:
    """Requests in portions."""
    whole, rest = divmod(requests, LOOK_REQUESTS)
    return [LOOK_REQUESTS] * whole + ([rest] if rest else [])


def run(options: Options) -> list[Figure]:
    """Part of the campaign."""
    requests = options.count(REQUESTS, 800)

    def look(outcome: Outcome) -> None:
        options.tell(
            "mutations",
            requests=outcome.sent,
            resident_mb=outcome.memory[-1][1] / 1e6,
            statuses=dict(outcome.statuses),
            wrong=outcome.wrong[:5],
        )

    with ServerProcess(str(options.folder / "jobs.sqlite"), **SETTINGS) as server:
        outcome = mutate(server, requests, options.seed, look=look)
    most = max(size for _, size in outcome.memory)
    told = ", ".join(f"{name} {count:,}" for name, count in outcome.statuses.most_common())
    return [
        Figure("mutated requests", f"{sum(outcome.statuses.values()):,}"),
        Figure("statuses", told),
        Figure("server alive", str(outcome.alive), "true", outcome.alive),
        Figure("wrong statuses", f"{len(outcome.wrong)} {outcome.wrong[:3] or ''}", "none", not outcome.wrong),
        Figure(
            "memory growth",
            f"{outcome.growth:+.1%} ({outcome.warm_bytes / 1e6:.0f} to {outcome.end_bytes / 1e6:.0f} MB)",
            f"within {MOST_GROWTH:.0%}",
            (outcome.growth <= MOST_GROWTH) if requests >= TELLING else None,
        ),
        Figure("memory, most", f"{most / 1e6:.0f} MB"),
    ]


SETTINGS: dict[str, object] = {
    "request_bytes": REQUEST_BYTES,
    "queued_jobs": 20,
    "slots": 1,
    "workers": 1,
    "longest_solve_seconds": 2.0,
}


def _send(server: ServerProcess, requests: int, seed: int, request_bytes: int, outcome: Outcome) -> None:
    lock = threading.Lock()

    def work(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        with grpc.insecure_channel(server.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            for _ in range(requests // THREADS):
                told, wrong = _one(channel, chance, request_bytes)
                with lock:
                    outcome.statuses[told] += 1
                    if wrong and len(outcome.wrong) < 50:
                        outcome.wrong.append(wrong)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _one(channel: grpc.Channel, chance: random.Random, request_bytes: int) -> tuple[str, str]:
    """One request: the status, and what to tell where it is a wrong one."""
    method, message = _question(chance)
    kind = chance.choices(("fields", "bytes", "deep", "large"), (70, 25, 4, 1))[0]
    makers: dict[str, Callable[[], bytes]] = {
        "fields": lambda: garbled_fields(message, chance),
        "bytes": lambda: garbled_bytes(message, chance),
        "deep": lambda: too_deep(message, chance),
        "large": lambda: too_large(message, chance, request_bytes),
    }
    data = makers[kind]()
    code, details = _answer(channel, method, data, chance)
    right = (code in RIGHT and TOO_LONG not in details) or (code is _CODE.DEADLINE_EXCEEDED and method in STREAMS)
    return code.name, "" if right else f"{method} {kind} {code.name}: {details[:200]}"


def _answer(channel: grpc.Channel, method: str, data: bytes, chance: random.Random) -> tuple[grpc.StatusCode, str]:
    path = f"/inferplan.v1.{method}"
    metadata = (("x-request-id", chance.choice(("", "x" * 300, "a b", "ok", "{}"))),)
    raw: Any = channel
    try:
        if method in STREAMS:
            call = raw.unary_stream(path)(data, timeout=SOLVE_SECONDS, metadata=metadata)
            for _ in call:
                pass
        else:
            raw.unary_unary(path)(data, timeout=60, metadata=metadata)
    except grpc.RpcError as error:
        return error.code(), str(error.details())
    return _CODE.OK, ""


STREAMS = frozenset({"Planner/Explain", "Planner/Solve", "Jobs/Watch", "Studies/Run", "Studies/Watch"})


def _question(chance: random.Random) -> tuple[str, Message]:
    """A sound request of a method; solves are few, because a sound one takes a slot."""
    instance = _sample() if chance.random() < 0.7 else None
    key = chance.choice(("a", "b", chance.randbytes(4).hex()))
    questions: list[tuple[int, str, Message]] = [
        (40, "Planner/Validate", services_pb2.PlannerValidateRequest(instance=instance)),
        (1, "Planner/Solve", services_pb2.PlannerSolveRequest(instance=instance)),
        (15, "Jobs/Submit", services_pb2.JobsSubmitRequest(instance=instance, idempotency_key=key)),
        (6, "Jobs/Get", services_pb2.JobsGetRequest(id=key)),
        (
            6,
            "Jobs/List",
            services_pb2.JobsListRequest(page_size=5, filter=services_pb2.JobFilter(states=[job_pb2.JOB_STATE_QUEUED])),
        ),
        (4, "Jobs/Watch", services_pb2.JobsWatchRequest(id=key, after_sequence=1)),
        (4, "Jobs/Cancel", services_pb2.JobsCancelRequest(id=key)),
        (4, "Jobs/Delete", services_pb2.JobsDeleteRequest(id=key)),
        (8, "Catalog/List", services_pb2.CatalogListRequest(kind=ACCELERATOR, name_contains="h", page_size=3)),
        (8, "Catalog/Get", services_pb2.CatalogGetRequest(kind=ACCELERATOR, name="h100")),
        (4, "Catalog/GetSchema", services_pb2.CatalogGetSchemaRequest()),
        (1, "Planner/Explain", services_pb2.PlannerExplainRequest(instance=instance)),
        (2, "Studies/Run", services_pb2.StudiesRunRequest(study=_study(instance))),
        (2, "Studies/Submit", services_pb2.StudiesSubmitRequest(study=_study(instance), idempotency_key=key)),
        (1, "Studies/Get", services_pb2.StudiesGetRequest(id=key)),
        (1, "Studies/List", services_pb2.StudiesListRequest(page_size=5)),
        (1, "Studies/Watch", services_pb2.StudiesWatchRequest(id=key, after_sequence=1)),
        (1, "Studies/Cancel", services_pb2.StudiesCancelRequest(id=key)),
        (1, "Studies/Delete", services_pb2.StudiesDeleteRequest(id=key)),
    ]
    (found,) = chance.choices(questions, [weight for weight, _, _ in questions])
    return found[1], found[2]


def _study(instance: instance_pb2.Instance | None) -> study_pb2.Study:
    change = study_pb2.StudyChange(times=2.0)
    axis = study_pb2.StudyAxis(name="rent", paths=["sites.cloud.offers[kind=on_demand].usd_per_hour"], values=[change])
    kind = study_pb2.StudyKind(sweep=study_pb2.StudySweep())
    return study_pb2.Study(name="study", base=instance, grid=[axis], study=kind)


@cache
def _sample() -> instance_pb2.Instance:
    """A request that is made with it holds a copy."""
    return tiny(0)
