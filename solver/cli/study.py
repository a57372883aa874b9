"""`inferplan study`: many solves of one problem, on one machine or a cluster, resumed where they stopped."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from solver.cli.exits import OF_REASON, Exit, worst
from solver.cli.live import interruptible
from solver.cli.output import folder_name
from solver.cli.reading import complain
from solver.cli.study_live import study_watcher
from solver.instance.diagnostics import InstanceError, describe
from solver.solve.process import warm_up
from solver.solve.termination import Reason
from solver.study.engines.choose import EngineError, EngineName, make_engine
from solver.study.kinds.registry import run_kind, scenarios_of_kind
from solver.study.load import load_study
from solver.study.loaded import LoadedStudy
from solver.study.result import StudyResult
from solver.study.row import Row
from solver.study.runner import Memory, Runner, Store
from solver.study.store import ResultsFile, StoreError
from solver.study.titles import title_of

RESULTS = Path("study-results")
MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the command line asks of a run. `out`: None for `study-results/NAME`. `limit`: most tasks in this run."""

    out: Path | None
    engine: EngineName
    scheduler: str | None
    workers: int | None
    only: tuple[int, ...]
    limit: int | None
    as_json: bool
    quiet: bool


def run_study(path: Path, options: StudyOptions) -> int:
    """Exit 0 with results, 2 bad input, 3 nothing feasible, 4 unfinished (run again to go on), 1 anything else."""
    if options.engine is EngineName.PROCESSES:
        warm_up()
    try:
        study = load_study(path)
    except InstanceError as error:
        complain(path, error)
        return Exit.BAD_INPUT
    for finding in study.diagnostics:
        print(f"{path}: {describe(finding)}", file=sys.stderr)
    try:
        return _only(study, options) if options.only else _all(study, options)
    except (EngineError, StoreError) as error:
        print(f"error: {error}", file=sys.stderr)
        return Exit.FAILURE


def _all(study: LoadedStudy, options: StudyOptions) -> int:
    folder = options.out or RESULTS / folder_name(study.study.name)
    store = ResultsFile(folder, study.digest)
    if not options.quiet:
        _tell_store(store, folder)
    with _runner(store, options) as runner:
        result = run_kind(study, runner)
    store.close()
    from solver.study.write import write_result

    try:
        write_result(study, result, folder)
    except OSError as error:
        print(f"error: cannot write results to {folder}: {error.strerror or error}", file=sys.stderr)
        return Exit.FAILURE
    report(study, result, folder, options.as_json)
    if not result.complete:
        print(f"not finished: {len(store)} answers are kept in {folder}; the same command goes on", file=sys.stderr)
        return Exit.NO_PLAN
    return code_of(result.rows)


def _tell_store(store: ResultsFile, folder: Path) -> None:
    if store.changed:
        print(f"{folder}: the study has changed since its last run; answers that still hold are kept", file=sys.stderr)
    if store.dropped_lines:
        print(f"{folder}: {store.dropped_lines} unreadable lines of an earlier run are left out", file=sys.stderr)


def _only(study: LoadedStudy, options: StudyOptions) -> int:
    """Some rows by index, as they are in the whole study."""
    scenarios = {scenario.index: scenario for scenario in scenarios_of_kind(study)}
    unknown = [index for index in options.only if index not in scenarios]
    if unknown:
        print(f"error: --only {unknown[0]}: the study has rows 0 to {max(scenarios)}", file=sys.stderr)
        return Exit.BAD_INPUT
    with _runner(Memory(), replace(options, limit=None)) as runner:
        rows = runner.rows(study, [scenarios[index] for index in options.only])
    for row in rows:
        print(json.dumps(row.plain(), allow_nan=False) if options.as_json else row_words(row))
    return code_of(rows) if len(rows) == len(options.only) else Exit.NO_PLAN


@contextmanager
def _runner(store: Store, options: StudyOptions) -> Iterator[Runner]:
    engine = make_engine(options.engine, options.workers, options.scheduler)
    try:
        with interruptible(kept="what has ended is kept") as cancel, study_watcher(options.quiet) as watcher:
            yield Runner(engine, store, cancel, watcher, options.limit)
    finally:
        engine.close()


def report(study: LoadedStudy, result: StudyResult, folder: Path, as_json: bool) -> None:
    """The result on stdout: in words, or as one JSON object."""
    if as_json:
        answer: dict[str, Any] = {
            "study": study.study.name,
            "kind": result.kind,
            "digest": study.digest,
            "complete": result.complete,
            "words": list(result.words),
            "figures": result.figures,
            "rows": [row.plain() for row in result.rows],
            "tables": {name: list(lines) for name, lines in result.tables.items()},
            "folder": str(folder),
        }
        print(json.dumps(answer, allow_nan=False))
        return
    print("\n".join([*result.words, *("\n" + drawing for drawing in result.drawings)]))
    failed = [row for row in result.rows if not row.ok]
    for row in failed[:MOST_FAILURES]:
        print(row_words(row))
    if len(failed) > MOST_FAILURES:
        print(f"and {len(failed) - MOST_FAILURES} more without a plan: see the column `reason`")
    print(f"\n{len(result.rows)} rows in {folder / 'rows.csv'}; tables and pictures beside it")


def row_words(row: Row) -> str:
    """A row in a line.

    >>> row_words(Row(3, "late", {}, "failed", "INFEASIBLE"))
    'row 3, late: no plan: INFEASIBLE'
    """
    title = f"row {row.index}, {title_of(row.scenario, row.inputs)}"
    if not row.ok:
        return f"{title}: no plan: {row.reason}"
    return f"{title}: {row.lifecycle_usd or 0:,.0f} USD; {row.fleet or 'no servers'}"


def code_of(rows: Sequence[Row]) -> Exit:
    """0 where any row has a plan (or the kind makes no rows), else the gravest of the rows' reasons."""
    if not rows or any(row.ok for row in rows):
        return Exit.PLAN
    known = {reason.value for reason in Reason}
    return worst(OF_REASON[Reason(row.termination)] if row.termination in known else Exit.FAILURE for row in rows)
