"""The model straight as arrays, without Pyomo: the same rows and columns as `solver.model.build`, in a fraction of the time.

One constraint family a file, as in `solver.model`; FORMULATION.md is the contract of both.
"""

from solver.model.assembly.assemble import Assembled, assemble, assembled
from solver.model.assembly.moments import Moments
from solver.model.assembly.tables import Tables, build_tables
from solver.model.assembly.template import Template

__all__ = ["Assembled", "Moments", "Tables", "Template", "assemble", "assembled", "build_tables"]
