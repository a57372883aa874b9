"""Processor time that processes took, and that the machine spent: whether others were at work while something was measured."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

STAT = Path("/proc/stat")


def spent(pids: Iterable[int]) -> float | None:
    """Seconds of processor time that living processes have taken; None where this cannot be read."""
    total = 0.0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        user, system = text.rpartition(")")[2].split()[11:13]
        total += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return total


def machine_busy() -> float | None:
    """Seconds of processor time that the machine has spent at work since it was started; None where this cannot be read."""
    try:
        figures = [int(figure) for figure in STAT.read_text().splitlines()[0].split()[1:]]
    except (OSError, ValueError, IndexError):
        return None
    user, nice, system, _, _, interrupts, soft = figures[:7]
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")
