"""How widely a leaf matches: ``standard`` or ``wide``."""

from __future__ import annotations

from typing import Literal

Width = Literal["standard", "wide"]
"""``standard``: folded words, characters in a row, recorded romanisation in any word division.

``wide`` adds stems, words as dictionaries part them and readings that no record holds.
"""
