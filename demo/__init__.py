"""The packaged sample: real works of eight libraries, composed into MARC on demand."""
