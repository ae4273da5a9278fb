"""Builders: values that no MARC spec can say, by the name that the catalogue gives them."""
