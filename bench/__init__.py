"""Benchmarks: each measures a public reference beside us in the same run and prints the ratio."""
