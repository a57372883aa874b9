"""The page on all claims: the rule of judgement in front of the results."""

from __future__ import annotations

from collections.abc import Sequence

from .report import markdown
from .run import Result

HEAD = """# Public claims about inference economics

Each file here is one claim: who makes it, the range claimed, and the spread of settings over which it is computed (models,
accelerators, request sizes, latency targets, volumes, markets). `inferplan claims` computes them again; this page is its output
(`inferplan claims --page instances/claims/README.md`). The instances that are solved are in `instances/`.

Rule: a measure is **borne out** where the median of the settings lies in the claimed range and at least half of them do, **partly**
where at least a tenth do, else **not borne out by public figures**. A claim with several measures is borne out where all are, not
where none is even in part, and partly otherwise. The settings are a spread, not a survey: shares of them are no probabilities.
Rates are the built-in roofline's without planning margin where two rates are compared, and the usual margins where plans are
solved. Prices are the catalog's and the API price list's. Quality scores are not compared.
"""


def page(results: Sequence[Result]) -> str:
    """Markdown of all results with the rule of judgement."""
    return f"{HEAD}\n{markdown(results)}"
