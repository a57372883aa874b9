"""One MPI rank of progressive hedging: `python -m solver.study.decide.hedging_rank PROBLEM ANSWER` under mpiexec."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

RHO_SHARE = 0.1
"""Penalty on a purchase that differs from the mean, as a share of its cost."""
ITERATIONS = 100


def main(problem_path: str, answer_path: str) -> None:
    """Hub, Lagrangian and xhat spokes on the ranks; the first rank writes the answer."""
    sputils = import_module("mpisppy.utils.sputils")
    hub_class = import_module("mpisppy.cylinders.hub").PHHub
    outer_class = import_module("mpisppy.cylinders.lagrangian_bounder").LagrangianOuterBound
    inner_class = import_module("mpisppy.cylinders.xhatshufflelooper_bounder").XhatShuffleInnerBound
    hedging_class = import_module("mpisppy.opt.ph").PH
    base_class = import_module("mpisppy.phbase").PHBase
    spinner = import_module("mpisppy.spin_the_wheel").WheelSpinner
    evaluator = import_module("mpisppy.utils.xhat_eval").Xhat_Eval

    given = json.loads(Path(problem_path).read_text("utf-8"))
    names = [f"Scen{at}" for at in range(len(given["documents"]))]

    def create(name: str, **_: Any) -> Any:
        at = int(name.removeprefix("Scen"))
        model, first = scenario_model(given["documents"][at], given["wait"])
        sputils.attach_root_node(model, 0.0, first)
        model._mpisppy_probability = given["weights"][at]
        return model

    def rho(model: Any) -> list[tuple[int, float]]:
        nodes = model._mpisppy_data.nonant_indices.values()
        return [(id(variable), max(1.0, RHO_SHARE * purchase_cost(model, variable))) for variable in nodes]

    solver = {"mip_rel_gap": given["relative_gap"] / 10, "threads": 1}
    options = {
        "solver_name": "appsi_highs",
        "PHIterLimit": ITERATIONS,
        "defaultPHrho": 1.0,
        "convthresh": 1e-7,
        "verbose": False,
        "display_progress": False,
        "display_timing": False,
        "iter0_solver_options": dict(solver),
        "iterk_solver_options": dict(solver),
        "time_limit": given["time_limit_seconds"],
        "linearize_proximal_terms": True,
        "proximal_linearization_tolerance": 1e-2,
    }
    common = {"options": options, "all_scenario_names": names, "scenario_creator": create, "scenario_denouement": None}
    hub = {
        "hub_class": hub_class,
        "hub_kwargs": {"options": {"rel_gap": given["relative_gap"], "abs_gap": 1e-6}},
        "opt_class": hedging_class,
        "opt_kwargs": {**common, "rho_setter": rho},
    }
    outer = {"spoke_class": outer_class, "opt_class": base_class, "opt_kwargs": {**common, "rho_setter": rho}}
    inner_options = {**options, "xhat_looper_options": {"xhat_solver_options": dict(solver), "scen_limit": 3}}
    inner = {
        "spoke_class": inner_class,
        "opt_class": evaluator,
        "opt_kwargs": {**common, "options": inner_options},
    }
    wheel = spinner(hub, [outer, inner])
    wheel.spin()
    # Only the cylinder that holds the best purchases writes them, so they are read when all ranks have ended.
    wheel.write_first_stage_solution(str(Path(answer_path).with_suffix(".csv")))
    if wheel.strata_rank == 0 and wheel.cylinder_rank == 0:
        answer = {"inner_usd": wheel.BestInnerBound, "outer_usd": wheel.BestOuterBound}
        partial = Path(answer_path).with_suffix(".part")
        partial.write_text(json.dumps(answer), "utf-8")
        partial.replace(answer_path)


def scenario_model(document: dict[str, Any], wait: bool) -> tuple[Any, list[Any]]:
    """The Pyomo model of a scenario and its here-and-now purchases."""
    from solver.deployments.enumerate import candidates
    from solver.model.build import build_model
    from solver.study.base import resolved_of

    resolved = resolved_of(document)
    model = build_model(resolved, candidates(resolved)).pyomo
    first = []
    for o, s in model.buy:
        if not wait or resolved.order_month(resolved.offers[o], resolved.stages[s]) < resolved.stages[0].end_month:
            first.append(model.buy[o, s])
    return model, first


def purchase_cost(model: Any, variable: Any) -> float:
    """Cost of one more server in the objective."""
    from pyomo.repn import generate_standard_repn

    if not hasattr(model, "_purchase_cost"):
        terms = generate_standard_repn(model.lifecycle_cost.expr)
        model._purchase_cost = {
            id(v): abs(float(c)) for v, c in zip(terms.linear_vars, terms.linear_coefs, strict=True)
        }
    found: float = model._purchase_cost.get(id(variable), 0.0)
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
