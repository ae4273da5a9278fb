"""The embedded node as it runs: its secret, its root, one node a home, what a crash leaves."""

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import psutil
import pytest

import engine
from base.settings import load_settings
from engine import embedded
from engine.access import locate
from engine.connection import Connection
from engine.errors import (
    ElasticsearchError,
    EngineSettingsError,
    NodeFailedToStart,
    NodeUnreachable,
    NotAuthorised,
)
from engine.home import NodeHome
from engine.jars import load_lock
from engine.process import await_ready, find

pytestmark = pytest.mark.es


def settings_for(home, cache, **more):
    flags = {"home": str(home), "cache": cache, "engine.heap": "512m", **more}
    return load_settings(flags, environ={}).settings


@pytest.fixture(scope="module")
def own(tmp_path_factory, node_settings):
    """Settings of a second node, which the tests here start, kill and stop."""
    settings = settings_for(tmp_path_factory.mktemp("own"), node_settings.cache)
    yield settings
    engine.stop(settings)


# The command, for which a node hangs after three seconds.
IMPATIENT = """
import msgspec
from engine import embedded
found = embedded.node_file()
limits = msgspec.structs.replace(found.limits, hang_seconds=3)
embedded.node_file = lambda: msgspec.structs.replace(found, limits=limits)
from cli import cli
cli()
"""


def hkall(settings, *arguments, how=("-m", "cli")):
    environ = {
        **os.environ,
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_ENGINE_HEAP": settings.engine.heap,
    }
    command = [sys.executable, *how, *arguments]
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process, seconds=100):
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out, err


def test_the_official_client_accepts_the_node(node):
    """The official client sees an Elasticsearch of the locked version at the root."""
    assert node.info()["version"]["number"] == load_lock().elasticsearch


def test_both_modules_are_loaded(connection):
    """The node runs the transport with our secret and our analysis, and no other plugin."""
    nodes = connection.request("GET", "/_nodes/plugins")["nodes"].values()
    assert [{m["name"] for m in n["modules"]} for n in nodes] == [{"transport-netty4", "hkall"}]
    assert [n["plugins"] for n in nodes] == [[]]


@pytest.mark.parametrize("key", ["", "wrong", "é"])
@pytest.mark.parametrize("body", [None, b'{"index":{}}\n{}\n' * 400_000], ids=["small", "6 MB"])
def test_a_wrong_secret_is_refused(connection, node_settings, key, body):
    """Whoever does not know the home's secret gets 401, whatever is asked, and nothing is done."""
    wrong = msgspec.structs.replace(connection.endpoint, api_key=key)
    with (
        Connection(wrong) as stranger,
        pytest.raises((NotAuthorised, UnicodeEncodeError)) as caught,
    ):
        stranger.request("POST", f"/{node_settings.prefix}-stranger/_bulk", body)
    if key.isascii():
        assert "401" in str(caught.value)
        assert caught.value.exit_code == 3
    stranger_index = f"/_cat/indices/{node_settings.prefix}-stranger*?format=json"
    assert connection.request("GET", stranger_index) == []


def test_the_client_with_a_wrong_secret_is_told_which_setting(connection):
    """The official client's 401 becomes a configuration error with a way out."""
    from engine.client import client_of, translated

    wrong = client_of(msgspec.structs.replace(connection.endpoint, api_key="wrong"))
    with wrong, pytest.raises(NotAuthorised) as caught, translated(wrong):
        wrong.info()
    assert "hkall engine" in caught.value.hint


@pytest.mark.usefixtures("node")
def test_the_secret_is_the_owners_alone(node_settings):
    """The secret's file and the node's folder cannot be read by other users."""
    home = NodeHome.of(node_settings)
    assert stat.S_IMODE(home.secret_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700
    assert len(home.read_secret()) >= 32


@pytest.mark.usefixtures("node")
def test_it_listens_on_the_loopback_only(node_settings):
    """No port of the node is open to other machines."""
    listening = [
        c for c in find(NodeHome.of(node_settings)).net_connections() if c.status == "LISTEN"
    ]
    assert listening
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}


def test_the_port_between_nodes_talks_to_nobody(connection):
    """The protocol between nodes knows no secret, so a connection to its port is closed at once."""
    nodes = connection.request("GET", "/_nodes/transport")["nodes"].values()
    address = next(iter(nodes))["transport"]["publish_address"]
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as stranger:
        stranger.settimeout(5)
        assert stranger.recv(1) == b""


def test_errors_carry_the_root_cause(connection):
    """An error answer becomes one line with status, type and reason of the root cause."""
    with pytest.raises(ElasticsearchError) as caught:
        connection.request("POST", "/nowhere/_search", {"query": {"match_all": {}}})
    error = caught.value
    assert (error.status, error.type, error.not_found) == (404, "index_not_found_exception", True)
    assert "\n" not in error.message
    assert "nowhere" in error.reason


def test_a_body_is_sent_as_what_it_is(connection, node_settings):
    """Bulk and multi-search bodies go as NDJSON, from text, bytes or lists; others as JSON."""
    index = f"{node_settings.prefix}-bodies"
    lines = [{"index": {"_id": "1"}}, {"t": "圖書館"}]
    for body in (lines, "".join(json.dumps(line) + "\n" for line in lines)):
        done = connection.request("POST", f"/{index}/_bulk", body, params={"refresh": True})
        assert done["errors"] is False
    found = connection.request(
        "POST", "/_msearch", [{"index": index}, {"query": {"match_all": {}}}]
    )
    assert found["responses"][0]["hits"]["hits"][0]["_source"] == {"t": "圖書館"}
    assert connection.request("HEAD", f"/{index}") is None
    connection.request("DELETE", f"/{index}")


def test_a_request_that_takes_too_long_says_so(connection):
    """A timeout is one clear line, and the connection works again afterwards."""
    with pytest.raises(NodeUnreachable, match=r"within 0\.0001 s"):
        connection.request("GET", "/_nodes/stats", timeout=0.0001)
    assert connection.request("GET", "/")["tagline"]


def test_two_commands_at_once_get_one_node(own):
    """Commands that start the node at once get one; a reader of their output sees its end."""
    engine.stop(own)
    both = [hkall(own, "engine", "start") for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(finish, both))
    assert [code for code, _, _ in results] == [0, 0], results
    assert len({out for _, out, _ in results}) == 1
    assert sum("starting Elasticsearch" in err for _, _, err in results) == 1
    assert len(nodes_of(own)) == 1


def nodes_of(settings):
    root = str(NodeHome.of(settings).root)
    return [p for p in psutil.process_iter(["cmdline"]) if root in (p.info["cmdline"] or [])]


def wait_for_node(settings, seconds):
    """Until a process of a node is there, or so long; what it is to be is for the test to say."""
    until = time.monotonic() + seconds
    while not nodes_of(settings) and time.monotonic() < until:
        time.sleep(0.01)


def test_a_crash_is_recovered_and_its_data_is_there(own):
    """After the node was killed the next command starts a new one, with another secret."""
    with engine.open_connection(own) as before:
        before.request("PUT", "/kept/_doc/1", {"t": "1"}, params={"refresh": True})
    home = NodeHome.of(own)
    secret = home.read_secret()
    process = find(home)
    process.kill()
    process.wait(10)
    assert home.state_file.exists()
    with engine.open_connection(own) as after:
        assert after.request("GET", "/kept/_count")["count"] == 1
    assert home.read_secret() != secret


def test_a_node_that_hangs_is_said_to_hang(own):
    """Status says that it does not answer; the next command says so once and starts another one."""
    engine.start(own)
    hanging = find(NodeHome.of(own))
    hanging.suspend()
    try:
        assert "runs but does not answer" in engine.status(own).problem
        command = hkall(own, "engine", "start", how=("-c", IMPATIENT))
        said = [command.stderr.readline() for _ in range(2)]
    finally:
        hanging.resume()
    code, _, err = finish(command)
    assert said[0] == f"engine: the node does not answer (pid {hanging.pid}): waiting for it\n"
    assert said[1] == "engine: the node still does not answer: ending it\n"
    assert "starting or ending already" not in err
    assert code == 0
    assert find(NodeHome.of(own)).pid != hanging.pid


def test_a_node_that_is_only_busy_is_waited_for(own):
    """A silence of some seconds ends no node: a command that needs it gets the same one."""
    engine.start(own)
    busy = find(NodeHome.of(own))
    busy.suspend()
    try:
        command = hkall(own, "engine", "start")
        said = command.stderr.readline()
    finally:
        busy.resume()
    assert finish(command)[0] == 0
    assert "waiting for it" in said
    assert find(NodeHome.of(own)).pid == busy.pid


def test_a_node_whose_starter_was_killed_is_taken_over(own):
    """The next command waits for that node: it starts no second one on the same data."""
    engine.stop(own)
    starter = hkall(own, "engine", "start")
    wait_for_node(own, 60)
    (begun,) = nodes_of(own)
    begun.suspend()  # it must not be ready before the next command looks
    starter.kill()
    starter.communicate()
    command = hkall(own, "engine", "start")
    said = command.stderr.readline()
    begun.resume()
    code, _, err = finish(command)
    assert code == 0, err
    assert "waiting for it" in said
    assert [process.pid for process in nodes_of(own)] == [begun.pid]


def test_a_node_whose_starter_was_killed_can_be_stopped(own):
    """`engine stop` ends it, though it has not said yet that it answers."""
    engine.stop(own)
    NodeHome.of(own).create()
    launched = embedded.launch(own, NodeHome.of(own))
    assert engine.stop(own) is True
    launched.popen.wait(30)
    assert nodes_of(own) == []


def test_a_state_file_of_a_stranger_is_no_node(tmp_path, node_settings):
    """A process number that another program has by now is neither asked nor ended."""
    settings = settings_for(tmp_path, node_settings.cache)
    home = NodeHome.of(settings)
    home.create()
    state = {"pid": os.getpid(), "port": 9, "started": 0, "build": ""}
    home.state_file.write_text(json.dumps(state))
    assert embedded.live_endpoint(settings) is None
    assert engine.stop(settings) is False
    assert not home.state_file.exists()


def test_a_node_that_dies_at_its_start_shows_why(tmp_path, node_settings):
    """The error carries the telling line of the log and says where the rest is."""
    settings = settings_for(tmp_path, node_settings.cache)
    home = NodeHome.of(settings)
    home.create()
    with (home.data / "node.lock").open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)  # as another node on the same data would
        with pytest.raises(NodeFailedToStart) as caught:
            engine.start(settings)
    assert str(home.data / "node.lock") in caught.value.message
    assert "engine logs" in caught.value.hint
    assert engine.status(settings).running is False


def test_a_home_that_cannot_be_used_says_so(tmp_path, node_settings):
    """A home that is a file is a configuration error that names the setting."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineSettingsError, match="file") as caught:
        engine.start(settings_for(tmp_path / "file", node_settings.cache))
    assert "HKALL_HOME" in caught.value.hint


def test_a_node_that_idles_stops_by_itself(tmp_path, node_settings):
    """Without connection or request for the set time the node ends and clears its state."""
    settings = settings_for(tmp_path, node_settings.cache)
    home = NodeHome.of(settings)
    home.create()
    await_ready(embedded.launch(settings, home, idle_seconds=3), home, 100)
    process = find(home)
    with Connection(embedded.endpoint(settings)) as connection:
        connection.request("GET", "/")
        time.sleep(5)  # longer than it may idle, but somebody is connected
        assert process.is_running()
    process.wait(60)
    assert not home.state_file.exists()


def test_ctrl_c_ends_a_foreground_node_that_is_starting(own):
    """The command ends as shells expect, and takes with it the node that nobody else knows of."""
    engine.stop(own)
    command = hkall(own, "engine", "run")
    wait_for_node(own, 100)
    command.send_signal(signal.SIGINT)
    code, _, err = finish(command)  # which reads until the node, too, has closed its output
    assert code == 130
    assert "Traceback" not in err
    assert nodes_of(own) == []


def test_the_foreground_node_ends_with_its_command(own):
    """`engine run` keeps the node, a second one is refused, and SIGTERM ends both in order."""
    engine.stop(own)
    command = hkall(own, "engine", "run")
    until = time.monotonic() + 100
    while embedded.live_endpoint(own) is None and time.monotonic() < until:
        time.sleep(0.2)
    assert engine.status(own).running
    second = hkall(own, "engine", "run")
    assert finish(second)[0] == 6
    command.send_signal(signal.SIGTERM)
    code, _, err = finish(command)
    assert "is up on port" in err
    assert code == 143
    assert nodes_of(own) == []


@pytest.mark.usefixtures("node")
def test_doctor_finds_nothing_lacking(node_settings):
    """On the embedded node every check passes, the three plugins' components included."""
    findings = {finding.subject: finding for finding in engine.doctor(node_settings)}
    assert {finding.level for finding in findings.values()} <= {"ok", "warning"}
    for name in ("connection", "version", "analysis-icu", "analysis-kuromoji", "analysis-nori"):
        assert findings[name].level == "ok"


@pytest.mark.usefixtures("node")
def test_doctor_knows_a_node_of_the_program_by_its_address(node_settings):
    """Named as a cluster, with its secret, it lacks nothing either."""
    endpoint = locate(node_settings, start=False)
    es = {"es.url": endpoint.url, "es.api_key": endpoint.api_key}
    settings = load_settings({"home": node_settings.home, **es}, environ={}).settings
    assert [f for f in engine.doctor(settings) if f.level == "lack"] == []


def test_doctor_names_the_indices_that_a_full_disk_blocked(node, node_settings):
    """An index that Elasticsearch made read-only is a lack, with the request that frees it."""
    index = f"{node_settings.prefix}-blocked"
    node.indices.create(index=index)
    name = "index.blocks.read_only_allow_delete"
    node.indices.put_settings(index=index, settings={name: True})
    try:
        finding = next(f for f in engine.doctor(node_settings) if f.subject == "indices")
        assert finding.level == "lack"
        assert index in finding.message
        assert name in finding.mend
    finally:
        node.indices.delete(index=index)


@pytest.mark.usefixtures("node")
def test_status_of_a_running_node(node_settings):
    """Status shows the address, version, process and heap of the node that runs."""
    found = engine.status(node_settings)
    assert (found.kind, found.running, found.nodes) == ("embedded", True, 1)
    assert found.version == load_lock().elasticsearch
    assert found.pid == find(NodeHome.of(node_settings)).pid
    assert found.heap_max_mib == 1024


def test_the_node_serves_as_a_configured_cluster(connection):
    """Kind `url` works with a URL and an API key; a wrong key is a configuration error."""
    there = connection.endpoint
    flags = {"es.url": there.url, "es.api_key": there.api_key}
    settings = load_settings(flags, environ={}).settings
    with engine.open_connection(settings) as opened:
        assert opened.request("GET", "/")["version"]["number"]
    assert engine.status(settings).kind == "url"
    wrong = load_settings({**flags, "es.api_key": "x"}, environ={}).settings
    with pytest.raises(NotAuthorised, match="401") as caught:
        engine.connect(wrong)
    assert "HKALL_ES_API_KEY" in caught.value.hint
