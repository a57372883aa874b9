"""What requests need and importing the service does not load: loaded once, so that no rare request makes the server larger.

Libraries that a function imports when it first runs are right for a command that ends; in a server that runs for months they
look like a leak, and the caller who needs them first waits for them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

STUDY_LIBRARIES = (
    "scipy.optimize",
    "scipy.sparse.csgraph",
    "scipy.sparse.linalg",
    "scipy.stats",
    "solver.study.analysis.statistics",
    "solver.study.engines.processes",
    "solver.study.load",
    "solver.study.sampling.draw",
)


@cache
def load_reference_figures() -> None:
    """The catalog and the price list of APIs, which any instance may name."""
    from solver.catalog.api_prices import list_apis
    from solver.catalog.load import catalog

    catalog()
    list_apis()


@cache
def load_studies() -> None:
    """Every kind of study with its libraries. On the first study: many servers never see one, and it takes a second."""
    from solver.study.kinds.registry import MODULES

    for module in (*STUDY_LIBRARIES, *MODULES.values()):
        import_module(module)
