"""The benchmark suite: every contender on every instance, one after the other, results kept after each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from solver.bench.contained import Contained, contain
from solver.bench.contest import Contender, Contest
from solver.bench.gap_trace import GapTrace
from solver.bench.machine import machine
from solver.bench.picture import gap_over_time
from solver.bench.recipe import write
from solver.bench.results import Row, row_of, same_run, save, saved
from solver.bench.sizes import SIZES

NAME = "solve"
READS_MPS = (Contender.HIGHS_MPS, Contender.SCIP_MPS)


@dataclass(frozen=True, slots=True)
class SuiteOptions:
    """What is run and within which limits.

    `sizes`: names of generated instances. `files`: other instance files. `resume`: runs that `out` already holds with
    the same limits are kept and not run again.
    """

    out: Path
    sizes: tuple[str, ...]
    files: tuple[Path, ...]
    contenders: tuple[Contender, ...]
    time_limit_seconds: float
    memory_limit_gb: float
    relative_gap: float
    threads: int
    seed: int
    repeat: int
    resume: bool


def run_suite(options: SuiteOptions, tell: Callable[[Row], None]) -> list[Row]:
    """Run all; `tell` hears of each row as it is there. The files in `out` are written after each."""
    options.out.mkdir(parents=True, exist_ok=True)
    described = machine()
    rows = saved(options.out, NAME) if options.resume else []
    with tempfile.TemporaryDirectory(prefix="inferplan-bench-") as name:
        folder = Path(name)
        for path in _instances(options, folder):
            label = path.stem
            mps = folder / f"{label}.mps"
            written: Contained | None = None
            for contender in options.contenders:
                for run in range(1, options.repeat + 1):
                    contest = _contest(contender, path, mps, options)
                    if any(same_run(row, label, contest, run) for row in rows):
                        continue
                    if contender in READS_MPS and written is None:
                        written = contain(_contest(Contender.WRITE_MPS, path, mps, options), options.memory_limit_gb)
                    ended = _unless_unwritten(contest, written, options.memory_limit_gb)
                    found = row_of(label, contest, run, ended)
                    rows = [*(row for row in rows if row.key != found.key), found]
                    tell(rows[-1])
                    save(options.out, NAME, described, rows)
            mps.unlink(missing_ok=True)
    gap_over_time(rows, options.out / f"{NAME}.svg")
    return rows


def _instances(options: SuiteOptions, folder: Path) -> Sequence[Path]:
    made = [write(SIZES[size], options.seed, folder) for size in options.sizes]
    return [*made, *(path.resolve() for path in options.files)]


def _contest(contender: Contender, path: Path, mps: Path, options: SuiteOptions) -> Contest:
    return Contest(
        contender=contender,
        instance=str(path),
        mps=str(mps),
        relative_gap=options.relative_gap,
        time_limit_seconds=options.time_limit_seconds,
        threads=options.threads,
        seed=options.seed,
    )


def _unless_unwritten(contest: Contest, written: Contained | None, memory_limit_gb: float) -> Contained:
    """The run, or why there is no file to run on."""
    if contest.contender in READS_MPS and written is not None and written.answer is None:
        return Contained(GapTrace(), None, f"no MPS: {written.reason}", written.peak_memory_gb)
    return contain(contest, memory_limit_gb)
