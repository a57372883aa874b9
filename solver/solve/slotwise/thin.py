"""Columns that the relaxation does not need.

With replicas continuous, `run = sum load serve`, so serving a bucket at d in pool p takes `acc[d] load` accelerators and
`acc[d] busy` accelerator-equivalents of energy. Where another deployment of the same pool takes no more of both, it
replaces d in every solution of the relaxed master at no more cost: theta and cuts do not see which deployment serves.
Where models or vendors in use are counted the replacement must count the same, where quality is averaged it must be no
worse, and where redundancy keeps replicas (`open`) nothing is left out. The argument needs `run = sum load serve`, so
rows that only tighten it (`TIGHTENING`) are no part of the relaxed master.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from solver.instance.schema.workload import QualityMode
from solver.instance.timeline import SlotKind
from solver.model.facts import Facts
from solver.solve.matrix import Matrix

TIGHTENING = frozenset({"serve_upper_bound"})
"""Constraints that the relaxed master must not hold; leaving them out keeps it a relaxation."""

Figures = tuple[float, float, float]


def needless_in_relaxation(matrix: Matrix, indices: Facts) -> NDArray[np.bool_]:
    """True for the serve columns that the relaxed master may leave out."""
    needless = np.zeros(len(matrix.columns), dtype=bool)
    if indices.keeps_replicas:
        return needless
    kept = _kept(indices)
    for at, (name, index) in enumerate(matrix.columns):
        if name == "serve":
            w, k, kind, d, p, _, h = index
            # Stress slots may hold a single choice (their relief), which another deployment cannot stand in for.
            needless[at] = indices.resolved.slots[h].kind is SlotKind.REGULAR and d not in kept[w, k, kind, p]
    return needless


def _kept(indices: Facts) -> dict[tuple[int, int, str, int], set[int]]:
    resolved = indices.resolved
    averaged = {w.index for w in resolved.workloads if w.quality is not None and w.quality.mode is QualityMode.AVERAGE}
    rivals: dict[tuple[int, int, str, int], list[tuple[int, Figures, str]]] = defaultdict(list)
    for key in sorted(indices.line_keys()):
        w, k, kind, d, p = key
        service, deployment = indices.service[w, k, kind, d], indices.candidates.deployments[d]
        quality = -(service.quality or 0.0) if w in averaged else 0.0
        figures = (deployment.accelerators * service.load, deployment.accelerators * service.busy, quality)
        counted = deployment.config.model.name if resolved.policy.max_models is not None else ""
        rivals[w, k, kind, p].append((d, figures, counted))
    return {place: _undominated(found) for place, found in rivals.items()}


def _undominated(found: list[tuple[int, Figures, str]]) -> set[int]:
    kept: list[tuple[int, Figures, str]] = []
    for d, figures, counted in sorted(found, key=lambda entry: (entry[1], entry[0])):
        beaten = any(
            counted == other
            and all(
                mine <= theirs * (1 + 1e-12) + 1e-15 if theirs >= 0 else mine <= theirs + 1e-12
                for mine, theirs in zip(rival, figures, strict=True)
            )
            for _, rival, other in kept
        )
        if not beaten:
            kept.append((d, figures, counted))
    return {d for d, _, _ in kept}
