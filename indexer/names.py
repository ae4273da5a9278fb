"""How indices are called: one alias that searches use, and a versioned index behind it."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from datetime import datetime


class IndexNames(msgspec.Struct, frozen=True):
    """The names behind an alias (``Settings.titles_alias``): ``<alias>-YYYYMMDD-HHMMSS-<4 hex>``."""

    alias: str

    @property
    def pattern(self) -> str:
        """Matches every index of this alias, and perhaps others: check with `is_ours`."""
        return f"{self.alias}-*"

    def new(self, now: datetime) -> str:
        """A name for an index that is built now (UTC)."""
        return f"{self.alias}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"

    def is_ours(self, index: str) -> bool:
        """Whether this is exactly the form of the names that `new` gives."""
        return bool(re.fullmatch(rf"{re.escape(self.alias)}-\d{{8}}-\d{{6}}-[0-9a-f]{{4}}", index))
