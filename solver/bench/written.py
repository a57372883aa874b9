"""Solvers on a written MPS: HiGHS and SCIP, each alone, with default settings beside limits, gap and seed."""

from __future__ import annotations

import time
from typing import Any

from solver.bench.contest import Answer, Contest, Tell


def highs_alone(contest: Contest, tell: Tell) -> Answer:
    """HiGHS reads the file and solves it."""
    import highspy

    began = time.monotonic()
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "output_flag": True,  # off, the logging callback stays silent too
        "log_to_console": False,
        "mip_rel_gap": contest.relative_gap,
        "threads": contest.threads,
        "random_seed": contest.seed,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if solver.readModel(contest.mps) == highspy.HighsStatus.kError:
        raise ValueError(f"HiGHS cannot read {contest.mps}")
    built = time.monotonic()
    solver.setOptionValue("time_limit", max(1.0, contest.time_limit_seconds - (built - began)))

    def report(event: Any) -> None:
        out = event.data_out
        tell(_finite(out.mip_primal_bound), _finite(out.mip_dual_bound))

    solver.cbMipImprovingSolution += report
    solver.cbMipLogging += report
    solver.run()
    now = time.monotonic()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return Answer(
        status=solver.modelStatusToString(solver.getModelStatus()),
        wall_seconds=now - began,
        build_seconds=built - began,
        objective=info.objective_function_value if found else None,
        bound=_finite(info.mip_dual_bound),
        columns=solver.getNumCol(),
        rows=solver.getNumRow(),
        highs_seconds=now - began,
        highs_runs=1,
    )


def scip_alone(contest: Contest, tell: Tell) -> Answer:
    """SCIP reads the file and solves it. ImportError where PySCIPOpt is not installed."""
    from pyscipopt import Eventhdlr, Model
    from pyscipopt.scip import PY_SCIP_EVENTTYPE

    began = time.monotonic()
    model = Model()
    model.hideOutput()
    model.readProblem(contest.mps)
    built = time.monotonic()

    class Watch(Eventhdlr):
        """Tells of better plans, and of the bound at every solved node and LP."""

        KINDS = (PY_SCIP_EVENTTYPE.BESTSOLFOUND, PY_SCIP_EVENTTYPE.NODESOLVED, PY_SCIP_EVENTTYPE.LPSOLVED)

        def eventinit(self) -> None:
            for kind in self.KINDS:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in self.KINDS:
                self.model.dropEvent(kind, self)

        def eventexec(self, _: object) -> None:
            tell(_limited(self.model.getPrimalbound()), _limited(self.model.getDualbound()))

    watch = Watch()
    model.includeEventhdlr(watch, "watch", "best plan and bound over time")
    model.setParam("limits/gap", contest.relative_gap)
    model.setParam("limits/time", max(1.0, contest.time_limit_seconds - (built - began)))
    model.setParam("randomization/randomseedshift", contest.seed)
    model.setParam("lp/threads", contest.threads)
    model.optimize()
    now = time.monotonic()
    return Answer(
        status=str(model.getStatus()),
        wall_seconds=now - began,
        build_seconds=built - began,
        objective=_limited(model.getPrimalbound()) if model.getNSols() else None,
        bound=_limited(model.getDualbound()),
        columns=model.getNVars(transformed=False),
        rows=model.getNConss(transformed=False),
    )


def _finite(value: float) -> float | None:
    import highspy

    return value if abs(value) < highspy.kHighsInf else None


def _limited(value: float) -> float | None:
    """SCIP's infinity is 1e20."""
    return value if abs(value) < 1e19 else None
