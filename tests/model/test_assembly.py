"""The assembly equals the compiled Pyomo model: same rows and columns by name, same figures; parts equal parts of the whole."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from oracle.tiny import problem

from solver.deployments.enumerate import candidates as enumerate_candidates
from solver.instance.load import load_instance
from solver.instance.resolve import resolve
from solver.model.assembly import Template, assemble, assembled
from solver.model.build import build_model
from solver.model.formulation import LITERAL, SHIPPED
from solver.model.matrix import Matrix
from solver.solve.task import SolveTask, run_task
from solver.solve.termination import Reason

from .matrix_difference import differences

SEEDS = 126
CHUNK = 21
SMALL = ("smallest", "startup-api", "melange")
INSTANCES = Path(__file__).parents[2] / "instances"


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_assembly_equals_the_compiled_model(first: int) -> None:
    """Every family is on in some of the seeds; both formulations."""
    for seed in range(first, first + CHUNK):
        tiny = problem(seed)
        if tiny.candidates.unserved:
            continue
        for formulation in (LITERAL, SHIPPED):
            ours = assembled(tiny.resolved, tiny.candidates, formulation)
            reference = build_model(tiny.resolved, tiny.candidates, formulation)
            found = differences(ours.matrix, reference.matrix)
            assert not found, f"seed {seed} {formulation.name} {sorted(tiny.families)}: {found[:5]}"
            assert ours.indices.line_keys() == reference.indices.line_keys(), seed


@pytest.mark.parametrize("name", SMALL)
def test_assembly_equals_the_compiled_model_of_an_instance(name: str) -> None:
    """With the catalog's figures instead of drawn ones."""
    resolved = resolve(load_instance(INSTANCES / f"{name}.yaml"))
    found = enumerate_candidates(resolved)
    ours, reference = assembled(resolved, found), build_model(resolved, found)
    assert not differences(ours.matrix, reference.matrix)


def test_the_reference_can_be_asked_for() -> None:
    """A task solved by either has the same cost and proof."""
    resolved = resolve(load_instance(INSTANCES / "smallest.yaml"))
    task = SolveTask("smallest", resolved, relative_gap=0.0, time_limit_seconds=30.0)
    ours, reference = (run_task(replace(task, reference=asked)).termination for asked in (False, True))
    assert ours.reason is reference.reason is Reason.OPTIMAL
    assert ours.objective == pytest.approx(reference.objective, rel=1e-9)


def part(whole: Matrix, fewer: Matrix) -> Matrix:
    """The whole matrix cut to the columns and rows of the smaller one, in its order."""
    column = {name: at for at, name in enumerate(whole.columns)}
    row = {name: at for at, name in enumerate(whole.rows)}
    columns = np.array([column[name] for name in fewer.columns], dtype=int)
    rows = np.array([row[name] for name in fewer.rows], dtype=int)
    return Matrix(
        cost=whole.cost[columns],
        offset=whole.offset,
        a=sp.csc_array(sp.csr_array(whole.a)[rows][:, columns]),
        row_lower=whole.row_lower[rows],
        row_upper=whole.row_upper[rows],
        col_lower=whole.col_lower[columns],
        col_upper=whole.col_upper[columns],
        integer=whole.integer[columns],
        columns=whole.columns.take(columns),
        rows=whole.rows.take(rows),
    )


@pytest.mark.parametrize("first", range(0, 63, CHUNK))
def test_slots_of_a_part_are_those_of_the_whole(first: int) -> None:
    """One moment at a time: its rows are the whole model's, and every row of a slot is in exactly one of them."""
    for seed in range(first, first + CHUNK):
        tiny = problem(seed)
        if tiny.candidates.unserved:
            continue
        template = Template.of(tiny.resolved, tiny.candidates)
        whole = assemble(template)
        seen = 0
        every = template.tables.moments
        for at in range(len(every)):
            one = assemble(template, every.take(np.array([at])), shared_rows=False)
            found = differences(one, part(whole, one))
            assert not found, f"seed {seed} moment {at}: {found[:5]}"
            seen += len(one.rows)
        slotted = whole.rows.slots()[:, 0] >= 0
        assert seen == int(slotted.sum()), seed


def test_representative_slots() -> None:
    """A slot that stands for two has their hours together; bounds keep room for the larger of them."""
    tiny = next(t for t in map(problem, range(50)) if len(t.resolved.slots) > 1 and not t.candidates.unserved)
    template = Template.of(tiny.resolved, tiny.candidates)
    every = template.tables.moments.of(stages=[0], slots=[0, 1])
    first = every.take(np.array([0]))
    merged = replace(
        first,
        hours=first.hours + every.hours[1:],
        real_time=every.real_time.mean(axis=0, keepdims=True),
        most_real_time=every.most_real_time.max(axis=0, keepdims=True),
    )
    alone, both = assemble(template, first, shared_rows=False), assemble(template, merged, shared_rows=False)
    assert list(alone.columns) == list(both.columns)
    slotted = alone.columns.is_a("serve", "call", "rent")
    assert both.cost[slotted] == pytest.approx(alone.cost[slotted] * merged.hours[0] / first.hours[0])
    larger = assemble(template, every.take(np.array([1])), shared_rows=False)
    runs = alone.columns.is_a("run")
    assert (both.col_upper[runs] >= np.maximum(alone.col_upper[runs], larger.col_upper[runs])).all()
    demanded = both.rows.span("demand")
    rates = (tiny.resolved.workloads[w].buckets[k].share * merged.real_time[0, w] for w, k, *_ in
             both.rows.indices_of("demand").tolist())  # fmt: skip
    assert both.row_lower[demanded] == pytest.approx(list(rates))


def test_names_are_a_sequence_of_tuples() -> None:
    """Random access, slices, subsets and copies say the same as iterating."""
    tiny = problem(11)
    matrix = assembled(tiny.resolved, tiny.candidates).matrix
    for names in (matrix.columns, matrix.rows.plus([("cut", 3), ("cut", (1, 2))])):
        written = list(names)
        assert len(names) == len(written) == len(set(written))
        assert [names[at] for at in range(len(names))] == written
        assert names[-1] == written[-1] and list(names[3:9]) == written[3:9]
        mixed = np.random.default_rng(1).permutation(len(names))
        assert list(names.take(mixed)) == [written[at] for at in mixed]
        assert list(pickle.loads(pickle.dumps(names))) == written
        for component in names.components:
            at = names.span(component)
            assert [name for name, _ in written[at]] == [component] * (at.stop - at.start)
        with pytest.raises(IndexError):
            names[len(names)]
    serve = matrix.columns.span("serve")
    stage_slot = matrix.columns.slots()[serve].tolist()
    assert stage_slot == [list(index[-2:]) for _, index in list(matrix.columns)[serve]]
    assert (matrix.columns.indices_of("serve")[:, -2:] == stage_slot).all()
