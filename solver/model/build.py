"""The readable reference model, as a table of contents: sets, variables, families 1 to 7, cost, what tightens it.

Solves assemble the same matrix straight as arrays (`solver.model.assembly`); a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyomo.environ as pyo

from solver.deployments.types import Candidates
from solver.finance.activities import Activities
from solver.instance.resolved import ResolvedInstance
from solver.model.batch import add_batch
from solver.model.capacity import add_capacity
from solver.model.compiled import compile_matrix
from solver.model.cost import DecisionFlows, add_cost
from solver.model.demand import add_demand
from solver.model.formulation import SHIPPED, Formulation
from solver.model.indices import Indices, build_indices
from solver.model.matrix import Matrix
from solver.model.policy import add_policy
from solver.model.procurement import add_procurement
from solver.model.quality import add_quality
from solver.model.site import add_site
from solver.model.tighten import add_tightening
from solver.model.variables import add_variables


@dataclass(frozen=True)
class PlanningModel:
    """A Pyomo model with the tables it was built from."""

    pyomo: pyo.ConcreteModel
    indices: Indices
    activities: Activities

    @cached_property
    def matrix(self) -> Matrix:
        """The model compiled to arrays."""
        return compile_matrix(self.pyomo)


def build_model(
    resolved: ResolvedInstance, candidates: Candidates, formulation: Formulation = SHIPPED
) -> PlanningModel:
    """The MILP of FORMULATION.md in one of its interchangeable formulations; all of them have the same optimum."""
    indices = build_indices(resolved, candidates)
    activities = Activities(resolved)
    flows = DecisionFlows(indices, activities)
    model = pyo.ConcreteModel(name=resolved.instance.name)
    add_variables(model, indices)
    add_demand(model, indices)
    add_batch(model, indices)
    add_capacity(model, indices)
    add_procurement(model, indices)
    add_quality(model, indices)
    add_site(model, indices)
    add_policy(model, indices, flows)
    add_cost(model, flows)
    add_tightening(model, indices, formulation)
    return PlanningModel(model, indices, activities)
