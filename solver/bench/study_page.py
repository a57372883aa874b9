"""Figures of `inferplan bench study` as files: everything in JSON, what matters in Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(found: Mapping[str, Any], folder: Path) -> None:
    """`study.json` and `study.md` in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "study.md").write_text(page(found), encoding="utf-8")


def page(found: Mapping[str, Any]) -> str:
    """The Markdown page."""
    lines = [
        f"# Studies of {found['samples']} scenarios",
        "",
        f"Machine: {'; '.join(f'{name} {value}' for name, value in found['machine'].items())}",
        "",
        "Samples of prices on the small form of the main instance (solver/bench/study.py). Engine overhead: share of the workers'",
        "time in which no solve ran. Others: share of the machine that other programs took meanwhile.",
        "",
        "| engine | workers | solves/s | overhead | CPU a solve | others | results |",
        "|---|---|---|---|---|---|---|",
        *(_row(rate) for rate in found["rates"]),
        "",
        f"- Two workers: {found['two_workers_of_twice_one']:.0%} of twice the rate of one.",
        f"- Price-only solves from a kept plan: {found['warm_over_cold']:.1f} times as fast as cold ones"
        + (f", {found['warm_over_cold_cpu']:.1f} times in CPU time." if found["warm_over_cold_cpu"] else "."),
        *(
            f"- kill -9 of a {name} in mid-run: {'nothing lost, equal results' if equal else 'RESULTS DIFFER'}."
            for name, equal in found["kills"].items()
        ),
        *_stochastic(found.get("stochastic")),
        "",
    ]
    return "\n".join(lines)


def _row(rate: Mapping[str, Any]) -> str:
    cpu, others = rate["cpu_seconds"], rate["others"]
    cells = [
        rate["engine"],
        rate["workers"],
        f"{rate['per_second']:.2f}",
        f"{rate['overhead']:.1%}",
        "-" if cpu is None else f"{1000 * cpu / rate['tasks']:.0f} ms",
        "-" if others is None else f"{others:.0%}",
        "equal" if rate["equal"] else "DIFFER",
    ]
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _stochastic(found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return []
    if "failure" in found:
        return [f"- Stochastic plan ({found['study']}): {found['failure']} after {found['seconds']:.0f} s."]
    gap = found["relative_gap"]
    return [
        f"- Stochastic plan of {found['scenarios']} scenarios ({found['study']}): {found['plan_seconds']:.0f} s to a gap of "
        f"{'none' if gap is None else f'{gap:.2%}'}, {found['seconds']:.0f} s with the values of the plan and of information."
    ]
