"""The official distribution in Docker: kind `docker`, and the container of the parity tests."""

import pytest

import engine
from base.settings import load_settings
from engine.jars import load_lock

pytestmark = [pytest.mark.docker, pytest.mark.timeout(900)]


def test_the_official_image_has_the_plugins(docker_node):
    """The container of the tests is the locked version with the three plugins."""
    assert docker_node.info()["version"]["number"] == load_lock().elasticsearch
    nodes = docker_node.nodes.info(metric="plugins")["nodes"].values()
    names = {plugin["name"] for node in nodes for plugin in node["plugins"]}
    assert names >= {"analysis-icu", "analysis-kuromoji", "analysis-nori"}


@pytest.mark.usefixtures("docker_engine")
def test_kind_docker_starts_is_well_and_stops(tmp_path):
    """With kind docker a home gets a container of its own, doctor finds no lack, stop ends it."""
    flags = {"home": str(tmp_path), "es.kind": "docker", "engine.heap": "1g"}
    settings = load_settings(flags, environ={}).settings
    try:
        with engine.open_connection(settings) as connection:
            assert connection.request("GET", "/")["version"]["number"] == load_lock().elasticsearch
        assert [f for f in engine.doctor(settings) if f.level == "lack"] == []
        assert engine.status(settings).kind == "docker"
    finally:
        assert engine.stop(settings)
