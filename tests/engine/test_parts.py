"""The parts that make a node: descriptors, our Java, the log's telling line, Docker's arguments."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from click.testing import CliRunner

import engine
from base.settings import load_settings
from cli import cli
from engine import docker
from engine.embedded import prepare
from engine.errors import DockerUnavailable
from engine.home import NodeHome
from engine.jars import load_lock
from engine.java import build_name, ensure_build
from engine.modules import TRANSPORT_CLASS, analysis_descriptor
from engine.process import tail, telling_line


def test_every_public_name_is_there():
    """Each name of __all__ can be had, and no other."""
    for name in engine.__all__:
        value = getattr(engine, name)
        assert not isinstance(value, ModuleType)  # a module of that name would hide it
    with pytest.raises(AttributeError):
        engine.no_such_name  # noqa: B018 - the access is the test


@pytest.fixture
def open_folder():
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.parametrize("arguments", [["engine", "status"], ["status"]])
def test_another_users_home_is_said_to_be_one(open_folder, arguments):
    """Not that nothing runs there: whoever may not look cannot know."""
    node_home = NodeHome(open_folder / "engine")
    node_home.root.mkdir()
    environment = {"HKALL_HOME": str(open_folder)}
    CliRunner().invoke(cli, arguments, env=environment)  # so that all is imported
    node_home.root.chmod(0)
    own = os.geteuid()
    if own == 0:
        os.seteuid(65534)  # root may look everywhere
    try:
        result = CliRunner().invoke(cli, arguments, env=environment)
    finally:
        os.seteuid(own)
        node_home.root.chmod(0o700)
    assert "another user's" in result.output
    assert result.exit_code == (0 if arguments == ["status"] else 3)


def test_importing_the_room_imports_no_client():
    """The room and its light connection import neither the client nor what only starting needs."""
    code = (
        "import sys, engine.access, engine.embedded; "
        "heavy = {'elasticsearch', 'elastic_transport', 'jgo', 'rich', 'yaml', 'psutil'}; "
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_classes_that_the_descriptors_name_are_among_the_sources():
    """A descriptor that names a class which is not there would fail only at the node's start."""
    from importlib.resources import files

    from engine.modules import ANALYSIS_CLASS

    for name in (TRANSPORT_CLASS, ANALYSIS_CLASS):
        assert files("engine").joinpath(*f"java.{name}".split(".")[:-1]).is_dir()
        assert (
            files("engine")
            .joinpath("java", *name.split(".")[:-1], name.split(".")[-1] + ".java")
            .is_file()
        )


def test_the_analysis_descriptor_names_the_version():
    """The server refuses a module that was made for another version."""
    assert "elasticsearch.version=9.9.9\n" in analysis_descriptor("9.9.9")


def test_a_build_is_named_by_its_sources():
    """The same sources and lock give the same name, twelve digits at least."""
    assert build_name(load_lock()) == build_name(load_lock())
    assert len(build_name(load_lock())) >= 12


@pytest.mark.parametrize(
    ("log", "telling"),
    [
        (
            [
                "Caused by: a.B: an old story",
                "The node did not start:",
                "java.lang.IllegalStateException: failed to obtain node locks",
                "\tat x.Y.z(Y.java:1)",
                "Caused by: java.io.IOException: disk on fire",
                "\t... 3 more",
            ],
            "java.io.IOException: disk on fire",
        ),
        (
            ["Error occurred during initialization of VM", "Too small maximum heap"],
            "Too small maximum heap",
        ),
        (
            ["Error occurred during initialization of VM"],
            "Error occurred during initialization of VM",
        ),
        (["something", "else"], "else"),
        ([], ""),
    ],
)
def test_the_telling_line(log, telling):
    """Of a failed start's log the innermost cause is shown, else its first error, else its end."""
    assert telling_line(log) == telling


def test_the_end_of_a_log(tmp_path):
    """The last lines come in order; no log is no line."""
    log = tmp_path / "node.log"
    log.write_text("\n".join(str(n) for n in range(100)))
    assert tail(log, 3) == ["97", "98", "99"]
    assert tail(tmp_path / "none", 3) == []


def test_each_secret_is_new_and_private(tmp_path):
    """Each start has a secret of its own, readable by the owner only."""
    home = NodeHome(tmp_path / "engine")
    assert home.read_secret() == ""
    home.create()
    seen = set()
    for _ in range(3):
        home.new_secret()
        seen.add(home.read_secret())
        assert stat.S_IMODE(home.secret_file.stat().st_mode) == 0o600
    assert len(seen) == 3


@pytest.mark.parametrize("text", ["", "{", '{"pid": "x"}', '{"pid": 1}'])
def test_a_damaged_state_file_is_no_node(tmp_path, text):
    """Whatever stands in a damaged state file, it names no node."""
    home = NodeHome(tmp_path)
    home.state_file.write_text(text)
    assert home.read_state() is None


def test_a_state_of_a_dead_process_is_no_node(tmp_path):
    """A process number that nobody has any more is no node."""
    done = subprocess.Popen(["true"])
    done.wait()
    home = NodeHome(tmp_path)
    home.state_file.write_text(f'{{"pid": {done.pid}, "port": 1, "started": 1, "build": ""}}')
    assert home.read_state() is None
    home.state_file.write_text(f'{{"pid": {os.getpid()}, "port": 1, "started": 1, "build": ""}}')
    assert home.read_state().pid == os.getpid()


def test_the_container_is_published_on_the_loopback_only(tmp_path):
    """Docker is told to publish on 127.0.0.1, and two homes have two containers."""
    one = load_settings({"home": str(tmp_path / "1")}, environ={}).settings
    two = load_settings({"home": str(tmp_path / "2"), "engine.port": 9400}, environ={}).settings
    arguments = docker.run_arguments(one, "9.5.3", "secret", 512)
    assert arguments[arguments.index("--publish") + 1] == "127.0.0.1::9200"
    arguments = docker.run_arguments(two, "9.5.3", "secret", 512)
    assert arguments[arguments.index("--publish") + 1] == "127.0.0.1:9400:9200"
    assert docker.container_name(one) != docker.container_name(two)


def test_without_docker_the_error_says_so(tmp_path, monkeypatch):
    """Kind docker without the command docker is one line with the way out, exit code 4."""
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = load_settings({"home": str(tmp_path), "es.kind": "docker"}, environ={}).settings
    with pytest.raises(DockerUnavailable, match="docker") as caught:
        engine.start(settings)
    assert "HKALL_ES_KIND" in caught.value.hint
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("verb", ["start", "run", "stop", "status", "doctor", "logs"])
def test_each_verb_has_help_with_an_example(verb):
    """`hkall engine VERB -h` works and shows an example."""
    done = CliRunner().invoke(cli, ["engine", verb, "-h"])
    assert done.exit_code == 0
    assert "Example:" in done.output


def test_status_and_doctor_without_a_node(tmp_path):
    """Both report as JSON on stdout, start nothing, and end with 0: the node comes when needed."""
    import json

    environ = {"HKALL_HOME": str(tmp_path)}
    status = CliRunner().invoke(cli, ["engine", "status", "--json"], env=environ)
    assert status.exit_code == 0, (status.output, status.exception)
    assert json.loads(status.stdout)["running"] is False
    found = CliRunner().invoke(cli, ["engine", "doctor", "--json"], env=environ)
    assert found.exit_code == 0
    assert {f["subject"] for f in json.loads(found.stdout)} >= {
        "java",
        "memory",
        "disk",
        "connection",
    }
    assert not (tmp_path / "engine").exists()


@pytest.mark.es
def test_a_damaged_build_of_our_java_is_compiled_again(tmp_path, node_settings, capfd):
    """A power cut may leave an empty jar in the cache: the next start mends it and says so."""
    lock, jars, sound = prepare(node_settings)
    settings = msgspec.structs.replace(node_settings, cache=str(tmp_path))
    build = tmp_path / sound.relative_to(node_settings.cache_path)
    shutil.copytree(sound, build)
    assert ensure_build(settings, lock, jars) == build
    assert "compiling" not in capfd.readouterr().err
    (build / "hkall-node.jar").write_bytes(b"")
    assert ensure_build(settings, lock, jars) == build
    assert zipfile.is_zipfile(build / "hkall-node.jar")
    assert "damaged" in capfd.readouterr().err
