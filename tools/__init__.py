"""Generators of the shipped tables and of the locks: not shipped themselves."""
