"""Figures of `inferplan bench resolve` as files: everything in JSON, what matters in Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from solver.bench.machine import machine


def write(found: Mapping[str, Any], folder: Path) -> None:
    """`resolve.json` and `resolve.md` in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    where = machine()
    (folder / "resolve.json").write_text(json.dumps({"machine": where, **found}, indent=1) + "\n", encoding="utf-8")
    (folder / "resolve.md").write_text(page(found, where), encoding="utf-8")


def page(found: Mapping[str, Any], where: Mapping[str, Any]) -> str:
    """The Markdown page."""
    described = "; ".join(f"{name} {value}" for name, value in where.items())
    steps = ", ".join(f"{count} by {step}" for step, count in found["steps"].items())
    first = found["first"]
    rows = [
        ("gap asked for", f"{found['relative_gap']:.1%}"),
        ("first solve", f"{first['seconds']:.1f} s, {first['cpu_seconds']:.1f} s of CPU"),
        ("a change in the session, mean", f"{found['warm_cpu_seconds']:.2f} s of CPU"),
        (
            "a change in the session, median and most",
            f"{found['warm_median_seconds']:.2f} s and {found['warm_most_seconds']:.2f} s",
        ),
        ("a change from nothing, mean", f"{found['cold_cpu_seconds']:.1f} s of CPU"),
        ("sooner, CPU", f"{found['sooner']:.1f} times"),
        ("sooner, wall", f"{found['sooner_wall']:.1f} times"),
        ("sooner, CPU, the first solve shared out over all changes", f"{found['sooner_with_first']:.1f} times"),
        ("ended by", steps),
        ("gap reached in the session", f"{found['reached']} of {found['done']}"),
        ("gap reached from nothing", f"{found['cold_reached']} of {found['compared']}"),
        ("same cost within the gap, no bound above the other plan", f"{found['agree']} of {found['compared']}"),
    ]
    lines = [
        f"# {found['done']} changes of prices on {found['size']}",
        "",
        f"Machine: {described}",
        "",
        f"Every offer's and endpoint's price times a factor of its own, within {found['half']:.0%} of 1; "
        f"each {found['every']}-th change is solved from nothing too.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
    ]
    return "\n".join(lines)
