"""Bulk loading: bounded bulks, and each refused document named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.load import Loading, cut, load

documents = st.lists(st.binary(max_size=50), max_size=60)


@given(sources=documents, count=st.integers(1, 9), size=st.integers(1, 120))
def test_bulks_hold_everything_once_and_are_bounded(sources, count, size):
    """Order is kept; a bulk beyond the size ends with the document that crossed it."""
    named = [(str(at), source) for at, source in enumerate(sources)]
    bulks = list(cut(named, Loading(documents=count, size=size)))
    assert [pair for b in bulks for pair in zip(b.ids, b.sources, strict=True)] == named
    for bulk in bulks:
        assert 1 <= len(bulk.ids) <= count
        assert sum(map(len, bulk.sources[:-1])) < size


@pytest.mark.es
def test_refused_documents_are_named_and_the_others_loaded(node, node_settings):
    """A document that does not fit the mapping costs no other one, nor does one that is no JSON."""
    index = f"{node_settings.prefix}-load"
    mappings = {"dynamic": "strict", "properties": {"year": {"type": "integer"}}}
    node.indices.create(index=index, mappings=mappings)
    try:
        rows = [(f"d{n}", b'{"year":%d}' % n) for n in range(300)]
        rows[7] = ("d7", b'{"year":"never"}')
        rows[8] = ("d8", b'{"unknown":1}')
        rows[200] = ("d200", b'{"year":')
        counted = []
        refused = load(node, index, rows, Loading(documents=50, pause=0.01), counted.append)
        assert sorted(each.id for each in refused) == ["d200", "d7", "d8"]
        assert all(each.reason for each in refused)
        assert sum(counted) == 300
        node.indices.refresh(index=index)
        assert node.count(index=index)["count"] == 297
    finally:
        node.indices.delete(index=index)
