"""Cost and emissions of every column: how many units of what one unit of it stands for; see `solver.model.cost`."""

from __future__ import annotations

import numpy as np

from solver.model.assembly.layout import Layout
from solver.model.assembly.rates import UnitRates
from solver.model.matrix import FloatArray


def by_column(layout: Layout, rates: UnitRates, *, discounted: bool = True) -> FloatArray:
    """Rate of one unit of every column. `discounted`: volume discounts count."""
    hours, stage = layout.moments.hours, layout.moments.stage
    found = np.zeros(len(layout.names))
    for key in layout.buys:
        found[layout.buy_at[key]] = rates.buy[key]
    for flat, rate in ((layout.rent, rates.rent), (layout.serve, rates.serve), (layout.call, rates.call)):
        found[flat.columns] = rate[flat.item, stage[flat.moment]] * hours[flat.moment]
    if discounted:
        for tier, (_, servers) in layout.tier_at.items():
            found[servers] = rates.tier[tier]
    return found
