"""The embedded node as it runs: secret, root, one node a home."""

import pytest

pytestmark = pytest.mark.es


def test_info(node):
    """The official client accepts the node: it is Elasticsearch of the locked version."""
    from engine.jars import load_lock

    assert node.info()["version"]["number"] == load_lock().elasticsearch
