"""The commands of ``hkall``: one module a verb group, thin calls of documented functions."""
