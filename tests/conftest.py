"""What every room's tests share: one Elasticsearch node a test run, nothing of the user's touched."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from platformdirs import user_cache_path

import engine
from base.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

    from base.settings import Settings
    from engine import Connection

CACHE = Path(os.environ.get("HKALL_CACHE") or user_cache_path("hkall", appauthor=False)).absolute()
"""Shared by every run: the jars are fetched once a machine."""

_temporary = tempfile.TemporaryDirectory(prefix="hkall-tests-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    """Forget what the user has configured, before anything is imported or run; examples repeat.

    Every HKALL_* variable goes; a test (or a process that it starts) that names no home of its own
    gets an empty one of this run.
    """
    # The usual run tries the same examples everywhere; the long ones (Makefile) look for new ones.
    long = {"DRILL_KILLS", "CIRCULATION_STEPS", "QUERY_EXAMPLES"} & set(os.environ)
    hypothesis.settings.register_profile("usual", derandomize=not long)
    hypothesis.settings.load_profile("usual")
    # A shell without job control has what it starts in the background ignore Ctrl-C, and commands
    # that a test starts would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("HKALL_")]:
        del os.environ[name]
    os.environ["HKALL_HOME"] = _temporary.name
    os.environ["HKALL_CACHE"] = str(CACHE)


def pytest_unconfigure() -> None:
    """Remove the run's empty home."""
    _temporary.cleanup()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch and build the node before the first test, so that no test's timeout pays for it.

    Its progress goes to the terminal. A failure is left to the first test that needs the node.
    """
    if session.config.option.collectonly or not any(
        item.get_closest_marker("es") for item in session.items
    ):
        return
    from base.errors import HkallError
    from engine.embedded import prepare

    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        try:
            prepare(load_settings().settings)
        except HkallError as error:
            print(f"\nThe node cannot be prepared: {error.message}")  # noqa: T201 - for the run's reader


@pytest.fixture(scope="session")
def node_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of this run's node: a temporary home, a prefix of its own, a small heap."""
    flags = {
        "home": str(tmp_path_factory.mktemp("home")),
        "cache": str(CACHE),
        "prefix": "hkall-test",
        "engine.heap": "1g",
    }
    return load_settings(flags, environ={}).settings


@pytest.fixture(scope="session")
def node(node_settings: Settings) -> Iterator[Elasticsearch]:
    """The official client on a real node, started for the first test that asks, stopped at the end."""
    client = engine.connect(node_settings)
    yield client
    client.close()
    engine.stop(node_settings)


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """A Docker engine that answers; where there is none the test is skipped with the reason."""
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no Docker here: {error}")
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["it gives no reason"])[-1]
        pytest.skip(f"no Docker engine answers: {reason}")


@pytest.fixture(scope="session")
def docker_node(
    docker_engine: None,  # noqa: ARG001 - skips where there is none
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Elasticsearch]:
    """The official client on the official image with the three plugins, in a throw-away container."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.image import DockerImage

    from engine.client import client_of
    from engine.connection import answers
    from engine.docker import dockerfile
    from engine.endpoint import Endpoint
    from engine.jars import load_lock
    from engine.requirements import requirements

    folder = tmp_path_factory.mktemp("image")
    plugins = [plugin.name for plugin in requirements().plugins]
    (folder / "Dockerfile").write_text(dockerfile(load_lock().elasticsearch, plugins))
    environ = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "ES_JAVA_OPTS": "-Xms1g -Xmx1g",
    }
    with DockerImage(folder, tag="hkall-test-elasticsearch", clean_up=False) as image:
        container = DockerContainer(str(image)).with_envs(**environ).with_exposed_ports(9200)
        with container:
            host, port = container.get_container_host_ip(), container.get_exposed_port(9200)
            endpoint = Endpoint("docker", f"http://{host}:{port}")
            assert answers(endpoint, patience=180), container.get_logs()
            with client_of(endpoint) as client:
                yield client


@pytest.fixture(scope="session")
def connection(node: Elasticsearch, node_settings: Settings) -> Iterator[Connection]:  # noqa: ARG001 - the node must run
    """A light connection to the same node."""
    with engine.open_connection(node_settings, start=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample(node: Elasticsearch, node_settings: Settings) -> Settings:  # noqa: ARG001 - the node must run
    """Settings under which the whole sample catalogue is indexed on this run's node: read only."""
    from demo.tour import build, demo_settings

    settings = demo_settings(node_settings)
    build(settings)
    return settings
