"""The packaged sample: real works of eight libraries, composed into MARC on demand, and a tour."""

__all__: list[str] = []  # nothing of the package's own: import its modules
