"""The chain of sources that an instance asks for."""

from __future__ import annotations

from solver.instance.schema.instance import Instance

from .chain import RateChain
from .silicon import SiliconDatabase
from .silicon_cache import FileCache, user_cache_file


def rate_chain(instance: Instance) -> RateChain:
    """Measured profiles, the silicon database where asked for, the roofline.

    Raises ModuleNotFoundError where the database is asked for and its package is missing: a plan made without it would
    be another plan.
    """
    if not instance.rates.silicon_database:
        return RateChain(instance.profiles)
    return RateChain(instance.profiles, SiliconDatabase(FileCache(user_cache_file())))
