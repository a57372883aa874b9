"""The matrix, as a table of contents: columns, constraint families 1 to 7, what tightens them, cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from solver.deployments.types import Candidates
from solver.instance.resolved import ResolvedInstance
from solver.model.assembly.batch import add_batch
from solver.model.assembly.capacity import add_capacity
from solver.model.assembly.cost import by_column
from solver.model.assembly.demand import add_demand
from solver.model.assembly.in_use import add_in_use
from solver.model.assembly.layout import lay_out
from solver.model.assembly.moments import Moments
from solver.model.assembly.policy import add_policy, add_slot_policy
from solver.model.assembly.procurement import add_procurement
from solver.model.assembly.quality import add_quality
from solver.model.assembly.rows import Rows
from solver.model.assembly.site import add_site
from solver.model.assembly.tables import Tables
from solver.model.assembly.template import Template
from solver.model.assembly.tighten import add_tightening
from solver.model.formulation import SHIPPED, Formulation
from solver.model.matrix import Matrix


@dataclass
class Assembled:
    """A template with its whole matrix, assembled when first asked for: large problems are solved without it."""

    template: Template
    formulation: Formulation = SHIPPED

    @cached_property
    def matrix(self) -> Matrix:
        """The whole MILP in arrays."""
        return assemble(self.template, formulation=self.formulation)

    @property
    def indices(self) -> Tables:
        """Index tables."""
        return self.template.tables


def assembled(resolved: ResolvedInstance, candidates: Candidates, formulation: Formulation = SHIPPED) -> Assembled:
    """The MILP of FORMULATION.md in one of its interchangeable formulations, as `solver.model.build.build_model` has it."""
    return Assembled(Template.of(resolved, candidates), formulation)


def assemble(
    template: Template,
    moments: Moments | None = None,
    *,
    formulation: Formulation = SHIPPED,
    shared_rows: bool = True,
) -> Matrix:
    """The matrix of some moments, of all of them where none are given.

    Columns and rows that belong to no slot are always the same; without `shared_rows` those rows are left out. Of fewer
    moments the matrix is the part of the whole one that belongs to them. Bounds of standing servers come from the whole instance.
    """
    layout = lay_out(template, template.tables.moments if moments is None else moments)
    rows = Rows()
    add_demand(rows, layout)
    add_batch(rows, layout)
    add_capacity(rows, layout)
    if shared_rows:
        add_procurement(rows, layout)
        add_quality(rows, layout)
        add_site(rows, layout)
        add_policy(rows, layout)
    add_slot_policy(rows, layout)
    add_in_use(rows, layout)
    add_tightening(rows, layout, formulation)
    a, row_lower, row_upper, names = rows.finish(len(layout.names))
    return Matrix(
        cost=by_column(layout, template.costs),
        offset=template.costs.fixed,
        a=a,
        row_lower=row_lower,
        row_upper=row_upper,
        col_lower=layout.lower,
        col_upper=layout.upper,
        integer=layout.integer,
        columns=layout.names,
        rows=names,
    )
