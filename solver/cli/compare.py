"""`inferplan compare`: what changes between two plans, and what it is worth."""

from __future__ import annotations

import json
import sys

from solver.cli.exits import Exit
from solver.study.compare import differences, worth
from solver.study.find_row import NotFoundError, find_plan


def run_compare(first: str, second: str, as_json: bool) -> int:
    """Exit 0, or 2 where a plan cannot be found."""
    plans = []
    for text in (first, second):
        try:
            plans.append(find_plan(text))
        except NotFoundError as error:
            print(f"error: {error}", file=sys.stderr)
    if len(plans) < 2:
        return Exit.BAD_INPUT
    words = differences(*plans)
    if as_json:
        names = [plan.name for plan in plans]
        print(json.dumps({"plans": names, "worth": worth(plans[0].row, plans[1].row), "words": words}, allow_nan=False))
    else:
        print("\n".join(words))
    return Exit.PLAN
