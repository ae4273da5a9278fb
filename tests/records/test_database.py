"""What the store's database refuses, in the house's words."""

from __future__ import annotations

import sqlite3

import pytest

from base.errors import ResourceFailure
from records import database, explained
from records.database import StoreError


def test_a_file_that_cannot_grow_on_a_full_disk_is_a_full_disk(tmp_path, monkeypatch):
    """SQLite says *I/O error* of its shared memory there: what helps is room, not another file."""
    with pytest.raises(StoreError), explained(tmp_path / "store.sqlite"):
        raise sqlite3.OperationalError("disk I/O error")
    monkeypatch.setattr(database, "ROOM", float("inf"))
    with pytest.raises(ResourceFailure), explained(tmp_path / "store.sqlite"):
        raise sqlite3.OperationalError("disk I/O error")
