"""Progressive hedging through mpi-sppy (placeholder until the MPI run is in)."""
