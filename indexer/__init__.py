"""MARC files in, a published index out: reading, mapping, clustering, loading, publishing."""

__all__: list[str] = []
