"""Sources of rates that an instance asks for are there."""

from __future__ import annotations

from importlib.util import find_spec

from .context import Context


def check_rate_sources(context: Context) -> None:
    """The silicon database needs its package: a plan made without it would be another plan."""
    if context.instance.rates.silicon_database and find_spec("aiconfigurator_core") is None:
        rule = "the silicon database is not installed here"
        context.report.error(("rates", "silicon_database"), True, rule, "install inferplan[silicon], or write false")
