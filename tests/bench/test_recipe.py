"""Benchmark instances are ordinary instances: valid, feasible on paper, the same from the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from solver.bench.recipe import document, write
from solver.bench.sizes import SIZES, XS, L, M, S
from solver.bench.slots import STEPS, size_of
from solver.deployments.enumerate import candidates
from solver.instance.load import load_instance, parse_instance
from solver.instance.resolve import resolve
from solver.instance.timeline import regular_slots, stages

SHAPES = {"XS": (2, 1, 6, 1), "S": (3, 1, 24, 2), "M": (10, 6, 48, 3), "L": (25, 6, 48, 5), "XL": (100, 12, 168, 10)}
"""Workloads, stages, slots a stage, sites."""


@pytest.mark.parametrize("name", SIZES)
def test_every_size_is_what_it_says(name: str, tmp_path: Path) -> None:
    instance = load_instance(write(SIZES[name], 0, tmp_path)).instance
    horizon = instance.horizon
    shape = (len(instance.workloads), len(stages(horizon)), len(regular_slots(horizon)), len(instance.sites))
    assert shape == SHAPES[name]


def test_the_largest_catalog_instance_offers_every_model() -> None:
    from solver.catalog.load import catalog

    assert set(document(L)["models"]) == set(catalog().models)


@pytest.mark.parametrize("size", [XS, S, M], ids=lambda size: size.name)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_something_on_offer_can_serve_every_bucket(size: object, seed: int) -> None:
    resolved = resolve(parse_instance(document(size, seed)))  # type: ignore[arg-type]
    assert candidates(resolved).unserved == ()


def test_the_same_seed_gives_the_same_instance_and_another_another() -> None:
    assert document(M, 3) == document(M, 3)
    assert document(M, 3)["workloads"] != document(M, 4)["workloads"]


def test_offers_of_every_kind_are_there() -> None:
    kinds = {offer["kind"] for site in document(M)["sites"] for offer in site["offers"]}
    assert kinds == {"existing", "purchase", "lease", "reserved", "on_demand", "spot"}


@pytest.mark.parametrize("count", STEPS)
def test_slot_steps_have_so_many_slots_and_the_same_workloads(count: int) -> None:
    made = document(size_of(count))
    horizon = parse_instance(made).instance.horizon
    assert len(stages(horizon)) * len(regular_slots(horizon)) == count
    assert made["workloads"] == document(M)["workloads"]
