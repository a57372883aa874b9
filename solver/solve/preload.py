"""Imported once by the fork server: what every solve needs."""

import highspy
import scipy.sparse

import solver.deployments.enumerate
import solver.solve.infeasibility
import solver.solve.run

__all__ = ["highspy", "scipy", "solver"]
