"""Hundreds of callers at once, for minutes: memory stays bounded and everybody is served alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import grpc
import grpc.aio

from inferplan.v1 import instance_pb2
from server.campaign.instances import tiny
from server.campaign.parts import Figure, Options
from server.campaign.servers import ServerProcess
from server.client import Access, AsyncClient
from server.security.tokens import create_token
from server.settings import Scope

CALLERS = 500
SECONDS = 300.0
LOOK_SECONDS = 1.0
LOOKS_TOLD = 10
"""Between two lines in the log."""
WARM_SHARE = 0.3
MOST_GROWTH = 0.1
TELLING_SECONDS = 60.0
"""From which on the growth says something: in less, the server is still warming up at the end."""
LEAST_FAIRNESS = 0.9


@dataclass
class Held:
    """What came of it. `rounds` counts each caller's solves; `longest_seconds` its longest wait for one, refusals included."""

    rounds: list[int]
    longest_seconds: list[float]
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def fairness(self) -> float:
        """Jain's index of the rounds: 1 where all have as many, 1/n where one has all."""
        squares = sum(count * count for count in self.rounds)
        return sum(self.rounds) ** 2 / (len(self.rounds) * squares) if squares else 0.0

    @property
    def growth(self) -> float:
        """Most memory after the warm-up over the most during it, less one."""
        until = WARM_SHARE * self.seconds
        warm = max(size for at, size in self.memory if at <= until)
        return max(size for at, size in self.memory if at > until) / warm - 1


async def hold(
    server: ServerProcess, tokens: list[str], seconds: float, look: Callable[[Held], None] | None = None
) -> Held:
    """A caller for each token, each on a connection of its own: it checks its instance and has it solved, again and again.

    `look` hears every second.
    """
    held = Held([0] * len(tokens), [0.0] * len(tokens))
    began = time.monotonic()
    latest = began + seconds
    instance = tiny(0)
    callers = [_caller(server, number, token, instance, latest, held) for number, token in enumerate(tokens)]
    watch = asyncio.create_task(_memory(server, began, held, look))
    await asyncio.gather(*callers)
    watch.cancel()
    held.seconds = time.monotonic() - began
    return held


async def _caller(
    server: ServerProcess, number: int, token: str, instance: instance_pb2.Instance, latest: float, held: Held
) -> None:
    async with AsyncClient(server.address, Access(token=token), patience_seconds=3600.0) as client:
        while time.monotonic() < latest:
            began = time.monotonic()
            try:
                await client.validate(instance)
                plan = False
                async for answer in client.solve(instance):
                    plan = answer.HasField("plan")
                if not plan:
                    held.faults.append("a solve ended without its plan")
            except grpc.RpcError as error:
                held.faults.append(f"{error.code().name}: {error.details()}")
            held.rounds[number] += 1
            held.longest_seconds[number] = max(held.longest_seconds[number], time.monotonic() - began)


async def _memory(server: ServerProcess, began: float, held: Held, look: Callable[[Held], None] | None) -> None:
    while True:
        held.memory.append((time.monotonic() - began, server.resident_bytes()))
        if look is not None:
            look(held)
        await asyncio.sleep(LOOK_SECONDS)


def run(options: Options) -> list[Figure]:
    """Part of the campaign."""
    callers, seconds = options.count(CALLERS, 10), max(SECONDS * options.scale, 10.0)
    file = options.folder / "tokens"
    tokens = [create_token(file, f"caller-{n}", [Scope.READ, Scope.SOLVE], None) for n in range(callers)]
    settings: dict[str, object] = {
        "accounts__token_file": file,
        "callers": callers + 100,
        "waiting_callers": callers,
        "slots": 2,
    }

    def look(held: Held) -> None:
        at, size = held.memory[-1]
        if len(held.memory) % LOOKS_TOLD == 0:
            options.tell("callers", seconds=at, resident_mb=size / 1e6, solves=sum(held.rounds), faults=held.faults[:3])

    with ServerProcess(str(options.folder / "jobs.sqlite"), **settings) as server:
        held = asyncio.run(hold(server, tokens, seconds, look))
        alive = server.running
    most = max(size for _, size in held.memory)
    return [
        Figure("callers", f"{callers} for {held.seconds:.0f} s, {sum(held.rounds):,} solves"),
        Figure("server alive", str(alive), "true", alive),
        Figure("faults", f"{len(held.faults)} {held.faults[:3] or ''}", "none", not held.faults),
        Figure("solves of a caller", f"{min(held.rounds)} to {max(held.rounds)}"),
        Figure(
            "fairness (Jain)", f"{held.fairness:.3f}", f"at least {LEAST_FAIRNESS}", held.fairness >= LEAST_FAIRNESS
        ),
        Figure("longest wait", f"{max(held.longest_seconds):.1f} s"),
        Figure(
            "memory",
            f"at most {most / 1e6:.0f} MB, {held.growth:+.1%} after the warm-up",
            f"within {MOST_GROWTH:.0%}",
            (held.growth <= MOST_GROWTH) if seconds >= TELLING_SECONDS else None,
        ),
    ]
