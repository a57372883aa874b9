"""Fleet sizing of the Mélange form in a loop: GPU types by request sizes, rented by the hour, one load level.

Mélange (Griggs et al. 2024, "Exploiting GPU heterogeneity", section 5.4) cuts the load of every size into slices and assigns each
slice to one GPU type; with N_g GPUs of type g and n_bg slices of size b,

    min sum_g price_g N_g     sum_g n_bg = slices     sum_b n_bg load_b / (slices rate_bg) <= N_g     n, N whole

Requests that may be split freely cost no more, so a plan dearer than that optimum is wrong.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from solver.instance.load import Loaded

GPUS = (
    ("A10G", "g5.xlarge", 1.01),
    ("A100-80GB-PCIe", "Standard_NC24ads_A100_v4", 3.67),
    ("L4", "g6.xlarge", 0.80),
    ("L40S", "g6e.xlarge", 1.86),
    ("H100-NVL-94GB", "Standard_NC40ads_H100_v5", 6.98),
)
"""Accelerator, a server with one of it, and about what an hour of it costs, USD."""
SPEED = (1.0, 4.0, 0.7, 2.0, 7.0)
SIZES = (25, 100, 250, 1000)
SLICES = 8
HOURS = 730.0
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class FleetProblem:
    """`rate` (sizes, GPU types): requests/s of one GPU. `load` (sizes,): requests/s. `price` (types,): USD an hour."""

    instance: Loaded
    rate: np.ndarray[Any, np.dtype[np.float64]]
    load: np.ndarray[Any, np.dtype[np.float64]]
    price: np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class FleetResult:
    """Costs in USD an hour and seconds of one problem; `seconds` by step, wall clock; `cpu_seconds` of all steps."""

    seed: int
    usd_per_hour: float
    sliced_usd_per_hour: float
    seconds: dict[str, float]
    cpu_seconds: float

    @property
    def total_seconds(self) -> float:
        """All steps."""
        return sum(self.seconds.values())

    @property
    def dearer(self) -> bool:
        """Whether the plan costs more than the sliced optimum: an error."""
        return self.usd_per_hour > self.sliced_usd_per_hour * (1 + TOLERANCE)


def fleet_problem(seed: int) -> FleetProblem:
    """2 to 5 GPU types, 4 to 16 request sizes, 5 to 60 requests/s."""
    from solver.instance.load import parse_instance

    draw = Random(f"inferplan bench melange {seed}")
    types = sorted(draw.sample(range(len(GPUS)), draw.randint(2, len(GPUS))))
    side = draw.choice((2, 3, 4))
    lengths = [(i, o) for i in sorted(draw.sample(SIZES, side)) for o in sorted(draw.sample(SIZES, side))]
    weights = [draw.uniform(0.2, 1.0) for _ in lengths]
    shares = [weight / sum(weights) for weight in weights]
    mean = draw.uniform(5.0, 60.0)
    rate = np.array(
        [
            [round(SPEED[g] * draw.uniform(0.6, 1.5) * 400.0 / (20.0 + 0.3 * i + o), 4) for g in types]
            for i, o in lengths
        ]
    )
    price = np.array([round(GPUS[g][2] * draw.uniform(0.7, 1.3), 3) for g in types])
    document = {
        "schema": "inferplan/v1",
        "name": f"melange-{seed}",
        "horizon": {"start": "2026-01", "months": 1, "stage_months": 1, "days": "every-day", "slot_hours": 24},
        "finance": {"discount_rate": 0},
        "workloads": [
            {
                "name": "requests",
                "requests_per_second": {"mean": mean},
                "lengths": [
                    {"input_tokens": i, "output_tokens": o, "share": share}
                    for (i, o), share in zip(lengths, shares, strict=True)
                ],
            }
        ],
        "models": ["Llama-2-7B-Chat"],
        "serving": {"tensor_parallel": [1]},
        "profiles": [
            {
                "name": f"profile-{at}",
                "model": "Llama-2-7B-Chat",
                "accelerator": GPUS[g][0],
                "points": [
                    {"input_tokens": i, "output_tokens": o, "requests_per_second": float(rate[b, at])}
                    for b, (i, o) in enumerate(lengths)
                ],
            }
            for at, g in enumerate(types)
        ],
        "sites": [
            {
                "name": "cloud",
                "offers": [
                    {"kind": "on_demand", "name": f"gpu-{at}", "server": GPUS[g][1], "usd_per_hour": float(price[at])}
                    for at, g in enumerate(types)
                ],
            }
        ],
        "policy": {"queueing": "off", "planning_margin": {"measured": 1.0}},
        "solve": {"relative_gap": 0, "time_limit_seconds": 10},
    }
    return FleetProblem(parse_instance(document), rate, mean * np.array(shares), price)


def sliced_optimum(problem: FleetProblem, slices: int = SLICES) -> float:
    """Least USD an hour where every slice goes to one GPU type. ValueError where the MILP is not solved."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    sizes, types = problem.rate.shape
    count = sizes * types
    whole = np.zeros((sizes, count + types))
    room = np.zeros((types, count + types))
    for b in range(sizes):
        whole[b, b * types : (b + 1) * types] = 1.0
        for g in range(types):
            room[g, b * types + g] = problem.load[b] / slices / problem.rate[b, g]
    room[:, count:] = -np.eye(types)
    found = milp(
        np.concatenate([np.zeros(count), problem.price]),
        constraints=[LinearConstraint(whole, slices, slices), LinearConstraint(room, -np.inf, 0.0)],
        integrality=np.ones(count + types),
        bounds=Bounds(0.0, np.concatenate([np.full(count, float(slices)), np.full(types, np.inf)])),
        options={"mip_rel_gap": 0.0, "time_limit": 20.0},
    )
    if found.x is None:
        raise ValueError(f"the sliced problem was not solved: {found.message}")
    return float(problem.price @ np.round(found.x[count:]))


def planned(problem: FleetProblem, seed: int) -> FleetResult:
    """The same problem by the solver, from the parsed instance to decisions, timed by step."""
    from solver.deployments.enumerate import candidates
    from solver.instance.resolve import resolve
    from solver.model.assembly import assembled
    from solver.solve.highs import Limits
    from solver.solve.run import solve

    cpu = time.process_time()
    clock = [time.perf_counter()]
    resolved = resolve(problem.instance)
    clock.append(time.perf_counter())
    found = candidates(resolved)
    clock.append(time.perf_counter())
    planning = assembled(resolved, found)
    clock.append(time.perf_counter())
    solution = solve(planning, Limits(relative_gap=0.0, time_limit_seconds=10.0))
    clock.append(time.perf_counter())
    cpu = time.process_time() - cpu
    objective = solution.termination.objective
    if objective is None:
        raise ValueError(f"melange {seed}: {solution.termination}")
    steps = ("resolve", "candidates", "assemble", "solve and extract")
    seconds = {step: clock[at + 1] - clock[at] for at, step in enumerate(steps)}
    return FleetResult(seed, objective / HOURS, sliced_optimum(problem), seconds, cpu)


def run_melange(count: int, first_seed: int = 0) -> list[FleetResult]:
    """Problems one after the other in this process; one more before them, untimed, so that imports do not count."""
    planned(fleet_problem(first_seed), first_seed)
    return [planned(fleet_problem(seed), seed) for seed in range(first_seed, first_seed + count)]
