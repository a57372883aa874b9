"""From a size and a seed to an ordinary instance document, and to its file."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import yaml

from solver.bench.places import endpoints, sites
from solver.bench.sizes import RECIPE_VERSION, Size
from solver.bench.workloads import workloads
from solver.catalog.load import catalog


def document(size: Size, seed: int = 0) -> dict[str, Any]:
    """An instance file's content: the same for the same size, seed, recipe version and catalog."""
    draw = Random(f"inferplan bench {RECIPE_VERSION} {size.name} {seed}")
    offered = list(size.models) if size.models is not None else sorted(catalog().models)
    apis = endpoints(size)
    return {
        "schema": "inferplan/v1",
        "name": f"bench-{size.name}-{seed}",
        "description": f"Benchmark instance {size.name}, seed {seed}, recipe {RECIPE_VERSION}: {size.about}.",
        "horizon": {
            "start": "2027-01",
            "months": size.months,
            "stage_months": size.stage_months,
            "days": size.days.value,
            "slot_hours": size.slot_hours,
        },
        "finance": {"discount_rate": 0.09, "price_year": 2026},
        "workloads": workloads(size, offered, apis, draw),
        "models": offered,
        "precisions": list(size.precisions),
        "serving": {"tensor_parallel": list(size.parallel), "concurrency": list(size.concurrency)},
        "sites": sites(size, draw),
        "endpoints": apis,
        "policy": {"spot_share": 0.3},
        "solve": {"relative_gap": 0.01, "time_limit_seconds": 600, "seed": seed},
    }


def write(size: Size, seed: int, folder: Path) -> Path:
    """The document as a YAML file `<name>.yaml` in a folder that exists."""
    content = document(size, seed)
    path = folder / f"{content['name']}.yaml"
    text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None, width=120, allow_unicode=True)
    path.write_text(f"# {content['description']}\n{text}", encoding="utf-8")
    return path
