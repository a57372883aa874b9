"""What the service promises, measured: kills, deadlines, cancels, overhead, mutated requests, many callers."""
