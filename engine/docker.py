"""Kind ``docker``: the official image with its three analysis plugins, run by Docker.

For checking that an index definition works on the official distribution; one container a home,
published on the loopback only, its data in a volume of its own.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import time
from typing import TYPE_CHECKING

from engine.connection import answers
from engine.endpoint import Endpoint
from engine.errors import DockerUnavailable, NodeUnreachable
from engine.home import NodeHome
from engine.machine import heap_mib, memory, node_file
from engine.progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from base.settings import Settings

USER = "elastic"
PORT = "9200"
POLL = 1.0  # seconds
PASSWORD = "ELASTIC_PASSWORD="  # noqa: S105 - a variable's name


def dockerfile(version: str, plugins: Sequence[str]) -> str:
    """The official image of this version with these official plugins."""
    return f"FROM elasticsearch:{version}\nRUN bin/elasticsearch-plugin install --batch {' '.join(plugins)}\n"


def image_name(version: str) -> str:
    """The name under which the image with plugins is kept."""
    return f"hkall-elasticsearch:{version}"


def container_name(settings: Settings) -> str:
    """The name of this home's container (and of its volume)."""
    return "hkall-" + hashlib.sha256(settings.home.encode()).hexdigest()[:12]


def run_arguments(settings: Settings, version: str, password: str, heap: int) -> list[str]:
    """The arguments of ``docker`` that create the container; ``heap`` in MiB."""
    name = container_name(settings)
    environment = [
        "discovery.type=single-node",
        "xpack.security.http.ssl.enabled=false",
        f"ES_JAVA_OPTS=-Xms{heap}m -Xmx{heap}m",
        PASSWORD + password,
    ]
    given = [part for variable in environment for part in ("--env", variable)]
    port = str(settings.engine.port) if settings.engine.port else ""
    volume = f"{name}:/usr/share/elasticsearch/data"
    where = ["--name", name, "--publish", f"127.0.0.1:{port}:{PORT}", "--volume", volume]
    return ["run", "--detach", *where, *given, image_name(version)]


def endpoint(settings: Settings) -> Endpoint:
    """Where this home's container listens.

    Raises:
        DockerUnavailable: no Docker engine answers.
        NodeUnreachable: the container does not run.
    """
    name = container_name(settings)
    if name not in _docker(["ps", "--format", "{{.Names}}"]).split():
        raise NodeUnreachable(
            f"Elasticsearch's container {name} is not running",
            hint="`hkall engine start` starts it.",
        )
    host, _, port = _docker(["port", name, f"{PORT}/tcp"]).split()[0].rpartition(":")
    variables = _docker(["inspect", "--format", "{{range .Config.Env}}{{println .}}{{end}}", name])
    lines = [line for line in variables.splitlines() if line.startswith(PASSWORD)]
    return Endpoint(
        kind="docker",
        url=f"http://{host}:{port}",
        user=USER,
        password=lines[0].removeprefix(PASSWORD) if lines else "",
        timeout=settings.es.timeout,
    )


def start(settings: Settings) -> Endpoint:
    """Have this home's container running; builds the image with the plugins on first use.

    Raises:
        DockerUnavailable: no Docker engine answers, or it refuses.
        NodeUnreachable: the container does not answer in time.
    """
    name = container_name(settings)
    if name in _docker(["ps", "--format", "{{.Names}}"]).split():
        return endpoint(settings)
    if name in _docker(["ps", "--all", "--format", "{{.Names}}"]).split():
        _docker(["start", name])
    else:
        _create(settings)
    found = endpoint(settings)
    until = time.monotonic() + node_file().limits.start_seconds
    while not answers(found):
        if time.monotonic() > until:
            raise NodeUnreachable(
                f"{name} does not answer", hint=f"`docker logs {name}` tells why."
            )
        time.sleep(POLL)
    say(f"Elasticsearch is up at {found.url} (container {name}); `hkall engine stop` ends it")
    return found


def stop(settings: Settings) -> bool:
    """Stop this home's container (its data stays); gives whether it was running."""
    name = container_name(settings)
    running = name in _docker(["ps", "--format", "{{.Names}}"]).split()
    if running:
        _docker(["stop", name])
    return running


def _create(settings: Settings) -> None:
    from engine.jars import load_lock
    from engine.requirements import requirements

    version = load_lock().elasticsearch
    plugins = [plugin.name for plugin in requirements().plugins]
    NodeHome.of(settings).create()
    heap = heap_mib(settings.engine.heap, memory(), node_file().limits)
    if not _docker(["images", "--quiet", image_name(version)]).strip():
        say(f"building {image_name(version)}: the official image and {', '.join(plugins)}")
        _docker(["build", "--tag", image_name(version), "-"], given=dockerfile(version, plugins))
    _docker(run_arguments(settings, version, secrets.token_urlsafe(32), heap))


def _docker(arguments: Sequence[str], given: str | None = None) -> str:
    """Run one ``docker`` command and give what it prints."""
    try:
        done = subprocess.run(  # noqa: S603 - arguments are ours
            ["docker", *arguments],  # noqa: S607 - found on the path, as every docker user has it
            input=given if given is not None else "",
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise DockerUnavailable(
            f"the command docker cannot be run: {error.strerror}",
            hint="Install Docker, or unset HKALL_ES_KIND: the embedded node needs none.",
        ) from error
    if done.returncode != 0:
        cause = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise DockerUnavailable(
            f"docker {arguments[0]}: {cause}",
            hint="See that the Docker engine runs (`docker info`), "
            "or unset HKALL_ES_KIND: the embedded node needs none.",
        )
    return done.stdout
