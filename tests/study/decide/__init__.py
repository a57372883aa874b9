"""Decisions over many scenarios, and searches around one plan."""
