"""Months until own servers have cost less than the best plan without them; both are solved."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path

from solver.finance.metrics import compare
from solver.finance.payback import Payback, PaybackStatus

from .points import Point, Points
from .settings import OwningSettings
from .solves import Plans, read_instance


def points(settings: OwningSettings, folder: Path) -> Points:
    """`payback`: undiscounted months from the horizon's start to the last upward crossing; infinite where there is none."""
    instance = read_instance(folder, settings.instance)
    plans = Plans(instance)
    spread = product(settings.volumes_requests_per_second, settings.shapes, settings.owned, settings.against)
    for volume, shape, owned, against in spread:
        own = plans.plan(owned, volume, shape)
        other = plans.plan(against, volume, shape)
        if own is None or other is None:
            continue
        found = compare(other.total(), own.total(), instance.finance.discount_rate).simple_payback
        setting = {"own": owned.name, "against": against.name, "requests/s": f"{volume:g}", "shape": shape}
        yield Point("payback", _months(found), setting)


def _months(found: Payback) -> float:
    if found.status is PaybackStatus.IMMEDIATE:
        return 0.0
    return math.inf if found.months is None else found.months
