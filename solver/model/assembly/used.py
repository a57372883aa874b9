"""Models and vendors in use, where a policy counts them: their names, and which of them every line and call counts as."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solver.model.assembly.tables import Tables
from solver.model.names import IntArray


@dataclass(frozen=True, slots=True)
class Used:
    """`most` names may be in use. `of_line`, `of_call`, `of_pair`: positions in `names`; `start`: column of the first name."""

    what: str
    most: int
    names: tuple[str, ...]
    of_line: IntArray
    of_call: IntArray
    of_pair: IntArray
    start: int = -1

    def placed(self, start: int) -> Used:
        """With its columns from `start`."""
        return replace(self, start=start)


def used(tables: Tables) -> tuple[Used, ...]:
    """What is counted."""
    resolved, policy = tables.resolved, tables.resolved.policy
    configs = [deployment.config for deployment in tables.candidates.deployments]
    found = [
        _counted(
            tables,
            "model",
            policy.max_models,
            [c.model.name for c in configs],
            [e.model or e.name for e in resolved.endpoints],
        ),
        _counted(
            tables,
            "vendor",
            policy.max_vendors,
            [c.accelerator.vendor for c in configs],
            [e.provider for e in resolved.endpoints],
        ),
    ]
    return tuple(use for use in found if use is not None)


def _counted(
    tables: Tables, what: str, most: int | None, of_deployment: list[str], of_endpoint: list[str]
) -> Used | None:
    if most is None:
        return None
    lines, calls = tables.ever
    deployment, endpoint = tables.lines.key[:, 3], tables.calls.key[:, 3]
    present = {of_deployment[d] for d in deployment[lines]} | {of_endpoint[e] for e in endpoint[calls]}
    names = tuple(sorted(present))
    number = {name: at for at, name in enumerate(names)}
    by_deployment = np.array([number.get(name, -1) for name in of_deployment], dtype=np.int32)
    by_endpoint = np.array([number.get(name, -1) for name in of_endpoint], dtype=np.int32)
    return Used(what, most, names, by_deployment[deployment], by_endpoint[endpoint], by_deployment[tables.pairs[:, 0]])
