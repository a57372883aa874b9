"""Sites: power and rack units of the servers standing in one's own room, every stage."""

from __future__ import annotations

import numpy as np

from solver.instance.resolved import Pool
from solver.model.assembly.layout import Layout
from solver.model.assembly.rows import Rows, Terms, keyed
from solver.model.matrix import FloatArray


def add_site(rows: Rows, layout: Layout) -> None:
    """Constraint family 6."""
    resolved = layout.tables.resolved
    pools: dict[str, list[Pool]] = {}
    for pool in resolved.pools:
        if pool.hosted and layout.tables.offers_of(pool):
            pools.setdefault(pool.site.name, []).append(pool)
    powered = {name: group[0].site.power_kw for name, group in pools.items()}
    racked = {name: group[0].site.rack_units for name, group in pools.items()}
    facility_kw = np.array([pool.site.pue * (pool.server.power_kw or 0.0) for pool in resolved.pools])
    units = np.array([pool.server.rack_units or 0.0 for pool in resolved.pools])
    _limited(rows, layout, "site_power", pools, powered, facility_kw)
    _limited(rows, layout, "site_rack", pools, racked, units)


def _limited(
    rows: Rows,
    layout: Layout,
    component: str,
    pools: dict[str, list[Pool]],
    limits: dict[str, float | None],
    per_server: FloatArray,
) -> None:
    """One row a limited site and stage; `per_server` by pool."""
    tables = layout.tables
    names = tuple(name for name, limit in limits.items() if limit is not None)
    keys: list[tuple[int, int]] = []
    upper: list[float] = []
    terms = Terms()
    for site, name in enumerate(names):
        mine = [pool.index for pool in pools[name]]
        for stage in tables.resolved.stages:
            for o, s in layout.template.serving[stage.index].tolist():
                pool = tables.resolved.offers[o].pool
                if pool in mine:
                    terms.add(len(keys), int(layout.buy_at[o, s]), float(per_server[pool]))
            fixed = float(per_server[mine] @ layout.template.existing[stage.index, mine])
            keys.append((site, stage.index))
            upper.append((limits[name] or 0.0) - fixed)
    rows.add(keyed(component, keys, first=names), -np.inf, np.array(upper), terms.entries)
