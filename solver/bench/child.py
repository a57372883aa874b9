"""`python -m solver.bench.child`: one contender. A contest on standard input, lines of JSON on standard output.

Lines: {"point": [seconds, incumbent, bound]} as it goes, {"answer": {...}} when solved and again when verified,
or {"failed": "reason"}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, replace

LEAST_SECONDS_BETWEEN_BOUNDS = 0.05


def main() -> None:
    """Read the contest, compete, write what happens."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # solvers print to standard output
    values = json.loads(sys.stdin.readline())

    import solver.solve.preload
    import solver.study.planning  # noqa: F401
    from solver.bench.contenders import compete
    from solver.bench.contest import Contender, Contest
    from solver.bench.gap_trace import GapTrace

    contest = Contest(**{**values, "contender": Contender(values["contender"])})
    if contest.contender is Contender.SCIP_MPS:
        import importlib.util

        if importlib.util.find_spec("pyscipopt") is None:
            print(json.dumps({"failed": "PySCIPOpt is not installed"}), file=out, flush=True)
            return
    began = time.monotonic()
    trace = GapTrace()

    def tell(incumbent: float | None, bound: float | None) -> None:
        seconds = time.monotonic() - began
        known = trace.points[-1] if trace.points else None
        better_plan = incumbent is not None and (
            known is None or known.incumbent is None or incumbent < known.incumbent
        )
        soon = known is not None and seconds - known.seconds < LEAST_SECONDS_BETWEEN_BOUNDS
        if (better_plan or not soon) and trace.add(seconds, incumbent, bound):
            point = trace.points[-1]
            print(json.dumps({"point": [point.seconds, point.incumbent, point.bound]}), file=out, flush=True)

    try:
        answer = compete(
            contest, tell, lambda early: print(json.dumps({"answer": asdict(early)}), file=out, flush=True)
        )
        if answer.cpu_seconds is None:
            answer = replace(answer, cpu_seconds=time.process_time())
        line: dict[str, object] = {"answer": asdict(answer)}
    except MemoryError:
        line = {"failed": "out of memory"}
    except Exception as error:
        line = {"failed": f"{type(error).__name__}: {error}"}
    print(json.dumps(line), file=out, flush=True)


if __name__ == "__main__":
    main()
