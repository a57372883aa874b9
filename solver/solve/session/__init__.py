"""One problem solved again and again while its prices, demand or limits change."""

from solver.solve.session.session import Kept, Session

__all__ = ["Kept", "Session"]
