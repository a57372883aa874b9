"""Benchmarks: seeded instances, contenders that each solve them in a process of their own, tables and pictures."""
