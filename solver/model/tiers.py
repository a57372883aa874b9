"""Volume tiers of a purchase as steps of its order size."""

from __future__ import annotations

from solver.instance.resolved import ResolvedOffer
from solver.instance.schema.sites import Purchase


def tiers(offer: ResolvedOffer) -> list[tuple[int, float]]:
    """(first order size, discount) of the list price and of every volume tier; empty where the offer has none."""
    terms = offer.terms
    if not isinstance(terms, Purchase) or not terms.tiers:
        return []
    return [(1, 0.0), *((tier.from_servers, tier.discount) for tier in terms.tiers)]
