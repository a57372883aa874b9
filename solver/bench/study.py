"""How fast studies run: rates by workers and engines, what an engine costs, and what kills lose.

The problem is a small form of the main instance: whole days, fewer models and clouds, one number format, one batch size, no baselines.
Scenarios are samples of prices alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.bench.machine import machine
from solver.bench.processor_time import machine_busy, spent
from solver.bench.study_stochastic import stochastic_plan
from solver.solve.progress import Cancel
from solver.study.apply import applied
from solver.study.base import BaseInstance
from solver.study.change import read_change
from solver.study.engines.in_process import InProcess
from solver.study.engines.on_dask import OnDask
from solver.study.engines.processes import Processes
from solver.study.engines.protocol import Engine
from solver.study.kinds.registry import scenarios_of_kind
from solver.study.load import parse_study
from solver.study.loaded import LoadedStudy
from solver.study.scenario import Scenario
from solver.study.solving import row_task
from solver.study.store import FILE_NAME
from solver.study.task import Outcome

SMALL_FORM: dict[str, Any] = {
    "horizon.slot_hours": 24,
    "workloads.documents.batch.deadline_hours": 24,
    "horizon.months": 24,
    "horizon.stage_months": 12,
    "precisions": ["fp8"],
    "serving.tensor_parallel": [1],
    "serving.concurrency": [64],
    "models": ["Qwen3-8B", "Qwen3-30B-A3B"],
    "sites.gcp-us-central1": {"remove": True},
    "sites.azure-eastus2": {"remove": True},
    "baselines": [],
    "solve.time_limit_seconds": 3600,
}
PRICES = {
    "sites[*].offers[kind=purchase].usd_per_server": 0.2,
    "sites[*].offers[kind=on_demand].usd_per_hour": 0.3,
    "sites[0].electricity.usd_per_kwh": 0.3,
    "endpoints[*].usd_per_million_output_tokens": 0.4,
}
"""Path, and half the width of the uniform factor it is multiplied with."""
WARM_UP = 4
MOST_TOLD = 3
QUIET = 0.1
"""Share of the machine that others may take for a wall-clock rate to say something."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One run: tasks a second, and the share of its slots' time in which no task ran.

    `cpu_seconds`: processor time of the workers; `others`: share of the machine's processors that others took meanwhile.
    """

    engine: str
    workers: int
    tasks: int
    seconds: float
    overhead: float
    equal: bool
    cpu_seconds: float | None = None
    others: float | None = None

    @property
    def per_second(self) -> float:
        """Tasks a second, all workers together."""
        return self.tasks / self.seconds


def price_study(instance: Path, samples: int, *, warm: bool = False) -> LoadedStudy:
    """A Monte Carlo study of the instance's small form over prices, with or without warm solves. Raises InstanceError."""
    from solver.instance.document import read_document, read_text

    document = read_document(read_text(instance)).data
    base = BaseInstance(document)
    small = applied(document, [read_change(path, value) for path, value in SMALL_FORM.items()], base.known)
    factors = [
        {
            "name": f"price {k}",
            "paths": [path],
            "how": "times",
            "distribution": {"kind": "uniform", "low": 1 - half, "high": 1 + half},
        }
        for k, (path, half) in enumerate(PRICES.items())
    ]
    return parse_study(
        {
            "schema": "inferplan.study/v1",
            "name": "bench",
            "base": small,
            "uncertain": factors,
            "solve": {"warm": warm},
            "study": {"kind": "monte_carlo", "samples": samples, "tornado": False},
        }
    )


def run_all(
    instance: Path,
    samples: int,
    say: Callable[[str], None],
    *,
    with_dask: bool = True,
    stochastic: Path | None = None,
) -> dict[str, Any]:
    """Every measurement, told as it comes; the figures as plain values. `stochastic`: a study file to time beside."""
    study = price_study(instance, samples)
    scenarios = scenarios_of_kind(study)
    first = _measured("in-process", 1, InProcess, study, scenarios, None, say)
    reference = first[1]
    rates = [first[0]]
    engines: list[tuple[str, int, Callable[[], Engine]]] = [
        ("processes", 1, lambda: Processes(1)),
        ("processes", 2, lambda: Processes(2)),
    ]
    if with_dask:
        engines.append(("dask", 2, lambda: OnDask(None, 2)))
    rates += [_measured(name, count, make, study, scenarios, reference, say)[0] for name, count, make in engines]
    one, two = rates[1].per_second, rates[2].per_second
    say(f"2 workers run at {two / (2 * one):.0%} of twice the rate of 1{_in_cpu(rates[1], rates[2])}")
    if any((rate.others or 0.0) > QUIET for rate in rates):
        say("others were at work on this machine: the rates say little, take them again on a quiet one")
    warm = price_study(instance, samples, warm=True)
    price_only = _measured("in-process, warm", 1, InProcess, warm, scenarios, None, say)[0]
    warm_cpu = _cpu_ratio(rates[0], price_only)
    in_cpu = f" ({warm_cpu:.1f} times in CPU time)" if warm_cpu else ""
    say(
        f"warm price-only solves run {price_only.per_second / rates[0].per_second:.1f} times as fast as cold ones{in_cpu}"
    )
    kills = {"driver": killed_driver(study, reference)}
    if with_dask:
        kills["dask worker"] = killed_dask_worker(study, scenarios, reference)
    for name, equal in kills.items():
        say(f"kill -9 of a {name} in mid-run: {'nothing lost, equal results' if equal else 'RESULTS DIFFER'}")
    planned = None if stochastic is None else stochastic_plan(stochastic, say)
    figures = [{**_plain(rate), "per_second": rate.per_second} for rate in [*rates, price_only]]
    return {
        "machine": machine(),
        "samples": samples,
        "rates": figures,
        "two_workers_of_twice_one": two / (2 * one),
        "warm_over_cold": price_only.per_second / rates[0].per_second,
        "warm_over_cold_cpu": warm_cpu,
        "kills": kills,
        "stochastic": planned,
    }


def _cpu_ratio(cold: Rate, warm: Rate) -> float | None:
    """How many times less processor time a warm solve takes."""
    if not cold.cpu_seconds or not warm.cpu_seconds:
        return None
    return (cold.cpu_seconds / cold.tasks) / (warm.cpu_seconds / warm.tasks)


def _in_cpu(one: Rate, two: Rate) -> str:
    """What two workers cost each other, whatever else runs: processor time a solve."""
    if not one.cpu_seconds or not two.cpu_seconds:
        return ""
    ratio = (two.cpu_seconds / two.tasks) / (one.cpu_seconds / one.tasks)
    return f"; a solve takes {ratio - 1:+.0%} CPU with 2"


def answers(outcomes: list[Outcome]) -> dict[int, Any]:
    """Answers by index, None for a failure."""
    return {outcome.task.index: outcome.answer for outcome in outcomes}


def killed_driver(study: LoadedStudy, reference: dict[int, Any]) -> bool:
    """Whether a study whose driver is killed half way ends with the same answers, none of them computed twice."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "study.json", Path(folder) / "out"
        path.write_text(json.dumps(study.plain), encoding="utf-8")
        command = [
            sys.executable,
            "-c",
            "from solver.cli import main; main()",
            "study",
            str(path),
            "--out",
            str(out),
            "-q",
        ]
        driver = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while driver.poll() is None and len(_stored(out)) < len(reference) // 2:
            time.sleep(0.05)
        driver.kill()
        driver.wait()
        kept = _stored(out)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = _stored(out)
    wanted = sorted(json.dumps(answer, sort_keys=True) for answer in reference.values())
    found = sorted(json.dumps(json.loads(line)["answer"], sort_keys=True) for line in after)
    return found == wanted and after[: len(kept)] == kept


def killed_dask_worker(study: LoadedStudy, scenarios: list[Scenario] | Any, reference: dict[int, Any]) -> bool:
    """Whether a study of which one of two Dask workers is killed half way ends with the same answers."""
    with closing(OnDask(None, 2)) as engine:
        pids: list[int] = list(engine.client.run(os.getpid).values())
        found: dict[int, Any] = {}
        for outcome in engine.run([row_task(study, scenario) for scenario in scenarios], Cancel()):
            found[outcome.task.index] = outcome.answer
            if len(found) == len(reference) // 2:
                threading.Thread(target=os.kill, args=(pids[0], signal.SIGKILL)).start()
    return found == reference


def _measured(
    name: str,
    workers: int,
    make: Callable[[], Engine],
    study: LoadedStudy,
    scenarios: Any,
    reference: dict[int, Any] | None,
    say: Callable[[str], None],
) -> tuple[Rate, dict[int, Any]]:
    """Tasks are made while they run, as in a study; starting the workers does not count."""
    with closing(make()) as engine:
        list(engine.run([row_task(study, scenario) for scenario in scenarios[: WARM_UP * workers]], Cancel()))
        pids = _pids(engine)
        watched = {*pids, os.getpid()}
        began, before, own, all_before = time.monotonic(), spent(pids), spent(watched), machine_busy()
        outcomes = list(engine.run([row_task(study, scenario) for scenario in scenarios], Cancel()))
        seconds = time.monotonic() - began
        cpu, mine, everyone = (
            _less(spent(pids), before),
            _less(spent(watched), own),
            _less(machine_busy(), all_before),
        )
    found = answers(outcomes)
    busy = sum(outcome.seconds for outcome in outcomes)
    rate = Rate(
        name,
        workers,
        len(outcomes),
        seconds,
        1 - busy / (workers * seconds),
        reference in (None, found),
        cpu,
        None if mine is None or everyone is None else max(0.0, everyone - mine) / (seconds * (os.cpu_count() or 1)),
    )
    same = "" if reference is None or rate.equal else f", RESULTS DIFFER: {differences(reference, found)}"
    cost = "" if cpu is None else f", {1000 * cpu / max(1, rate.tasks):.0f} ms of CPU a solve"
    busy_others = "" if rate.others is None else f", others took {rate.others:.0%} of the machine"
    say(
        f"{name}, {workers} workers: {rate.per_second:.2f} solves/s, engine overhead {rate.overhead:.1%}{cost}{busy_others}{same}"
    )
    return rate, found


def differences(reference: dict[int, Any], found: dict[int, Any]) -> str:
    """Which answers differ, and in what: the first few."""
    told: list[str] = []
    for index in sorted(reference):
        mine, theirs = reference[index], found.get(index)
        if mine == theirs or len(told) >= MOST_TOLD:
            continue
        if not isinstance(mine, dict) or not isinstance(theirs, dict):
            told.append(f"{index}: {'a failure' if theirs is None else 'an answer where there was none'}")
            continue
        names = [name for name in mine if mine[name] != theirs.get(name)]
        shown = [
            f"{name} {mine[name]} / {theirs.get(name)}" for name in names if not isinstance(mine[name], list | dict)
        ]
        told.append(f"{index}: {', '.join(shown or names)}")
    return "; ".join(told)


def _pids(engine: Engine) -> list[int]:
    """Processes that solve."""
    if isinstance(engine, Processes):
        return engine.worker_pids()
    if isinstance(engine, OnDask):
        return list(engine.client.run(os.getpid).values())
    return [os.getpid()]


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _stored(out: Path) -> list[str]:
    file = out / FILE_NAME
    return [line for line in file.read_text("utf-8").splitlines() if line.startswith('{"key"')] if file.exists() else []


def _plain(rate: Rate) -> dict[str, Any]:
    return {
        name: getattr(rate, name)
        for name in ("engine", "workers", "tasks", "seconds", "overhead", "equal", "cpu_seconds", "others")
    }
