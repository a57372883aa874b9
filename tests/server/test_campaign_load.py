"""Short forms of two campaigns: mutated requests, and many callers."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from accounts import serving, token_for

from inferplan.v1 import services_pb2
from server.campaign.callers import Held, hold
from server.campaign.garbling import garbled_bytes, garbled_fields, too_deep, too_large
from server.campaign.instances import tiny
from server.campaign.mutations import SETTINGS, mutate
from server.campaign.servers import ServerProcess


def request() -> services_pb2.PlannerValidateRequest:
    return services_pb2.PlannerValidateRequest(instance=tiny(0))


def test_the_server_stands_mutated_requests(tmp_path: Path) -> None:
    with ServerProcess(str(tmp_path / "jobs.sqlite"), **SETTINGS) as server:
        outcome = mutate(server, 320, seed=7)
        log = server.log_end()
    assert outcome.alive, log
    assert outcome.wrong == []
    assert sum(outcome.statuses.values()) == 320
    assert {"OK", "INVALID_ARGUMENT", "NOT_FOUND"} <= set(outcome.statuses)
    assert outcome.growth < 0.5


def test_mutations_differ_and_repeat_with_their_seed() -> None:
    def made(seed: int) -> list[bytes]:
        chance = random.Random(seed)
        return [make(request(), chance) for make in (garbled_fields, garbled_bytes, too_deep) for _ in range(20)]

    assert made(1) == made(1)
    assert len(set(made(1)) - set(made(2))) > 25
    whole = request().SerializeToString()
    assert sum(data == whole for data in made(1)) < 10
    assert len({len(too_large(request(), random.Random(n), 10_000)) > 10_000 for n in range(20)}) == 2


def test_callers_are_served_alike(tmp_path: Path) -> None:
    tokens = [token_for(tmp_path, f"caller-{n}") for n in range(8)]
    settings = {"accounts__token_file": tmp_path / "tokens", "waiting_callers": 8, "slots": 1}
    with ServerProcess(str(tmp_path / "jobs.sqlite"), **settings) as server:
        held = asyncio.run(hold(server, tokens, 6.0))
    assert held.faults == []
    assert min(held.rounds) >= 1
    assert held.fairness > 0.9


def test_fairness_is_jains_index() -> None:
    assert Held([3, 3, 3], [0.0] * 3).fairness == 1.0
    assert Held([6, 0, 0], [0.0] * 3).fairness == 1 / 3


def test_callers_who_find_no_room_come_back_and_are_served(tmp_path: Path) -> None:
    """More callers than may wait: the rest is put off with a time, and the client keeps to it."""
    tokens = [token_for(tmp_path, f"caller-{n}") for n in range(6)]
    settings = {"accounts__token_file": tmp_path / "tokens", "waiting_callers": 1, "slots": 1}
    with ServerProcess(str(tmp_path / "jobs.sqlite"), **settings) as server:
        held = asyncio.run(hold(server, tokens, 3.0))
    assert held.faults == []
    assert min(held.rounds) >= 1


def test_the_sample_is_solved(tmp_path: Path) -> None:
    from server.client import Client

    with serving(tmp_path) as server, Client(f"127.0.0.1:{server.port}") as client:
        *_, last = client.solve(tiny(0), deadline_seconds=30)
        assert last.plan.verification.passed
