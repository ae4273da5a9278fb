"""A configured cluster: its address, its credentials, and a cluster that lacks something.

The cluster is a real HTTP server on the loopback that answers as Elasticsearch is documented to:
what a stock cluster without plugins says cannot be had from the embedded node.
"""

import http.server
import json
import threading

import pytest

import engine
from base.settings import load_settings
from engine.connection import Connection
from engine.endpoint import Endpoint, url_endpoint
from engine.errors import (
    EngineSettingsError,
    NodeUnreachable,
    NotAuthorised,
    NotElasticsearch,
    NotOurs,
)
from engine.requirements import requirements

ROOT = {"cluster_name": "theirs", "version": {"number": "9.4.1"}, "tagline": "You Know, for Search"}
NODES = {
    "n1": {"name": "one", "plugins": [{"name": "analysis-icu"}, {"name": "analysis-nori"}]},
    "n2": {"name": "two", "plugins": [{"name": "analysis-icu"}]},
}
STATS = {
    "nodes": {
        "n1": {
            "name": "one",
            "jvm": {"mem": {"heap_max_in_bytes": 2**28}},
            "fs": {"total": {"total_in_bytes": 100, "available_in_bytes": 50}},
        }
    }
}


class Cluster(http.server.BaseHTTPRequestHandler):
    """A cluster of two nodes; kuromoji is nowhere, nori on one node only."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        answers = {
            "/": ROOT,
            "/_cluster/health": {"status": "yellow", "number_of_nodes": 2},
            "/_nodes/plugins": {"nodes": NODES},
            "/_nodes/stats/jvm,fs": STATS,
        }
        self.answer(200, answers.get(self.path, {}))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["tokenizer"].startswith("kuromoji"):
            reason = "failed to find global tokenizer under [kuromoji_tokenizer]"
            error = {"type": "illegal_argument_exception", "reason": reason}
            self.answer(400, {"error": {"root_cause": [error], **error}, "status": 400})
        else:
            self.answer(200, {"tokens": [{"token": "x"}]})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Website(Cluster):
    """Something else that speaks HTTP: the error page of a web server, or another API."""

    def do_GET(self):
        if self.path == "/":
            self.answer(200, {"hello": "world"})
        else:
            self.page()

    def do_POST(self):
        self.page()

    def page(self):
        data = b"<!DOCTYPE html><title>Not found</title>"
        self.send_response(404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Refusing(Cluster):
    """A secured cluster that does not know us, and closes each connection."""

    def do_GET(self):
        self.close_connection = True
        error = {"type": "security_exception", "reason": "missing authentication credentials"}
        status = 403 if self.headers.get("Authorization") else 401
        self.answer(status, {"error": error, "status": status})


def serve(handler):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def stock():
    """The address of a cluster without all plugins."""
    yield from serve(Cluster)


@pytest.fixture
def website():
    """The address of something that is no cluster."""
    yield from serve(Website)


@pytest.fixture
def refusing():
    """The address of a cluster that refuses us."""
    yield from serve(Refusing)


def settings_of(**flags):
    return load_settings(
        {key.replace("__", "."): value for key, value in flags.items()}, environ={}
    ).settings


def test_a_missing_plugin_on_a_cluster_is_named_with_its_command(stock):
    """Doctor says which plugin is missing on which node and prints the command that installs it."""
    findings = {f.subject: f for f in engine.doctor(settings_of(es__url=stock))}
    assert findings["analysis-icu"].level == "ok"
    kuromoji, nori = findings["analysis-kuromoji"], findings["analysis-nori"]
    assert (kuromoji.level, nori.level) == ("lack", "lack")
    assert "one, two" in kuromoji.message
    assert "on two" in nori.message
    assert "elasticsearch-plugin install analysis-kuromoji" in kuromoji.mend
    assert kuromoji.exit_code == 3


def test_a_small_heap_on_a_cluster_is_a_warning(stock):
    """Doctor warns of a node with less heap than needed."""
    node = next(f for f in engine.doctor(settings_of(es__url=stock)) if f.subject == "node")
    assert (node.level, "heap 256 MiB" in node.message) == ("warning", True)


def test_a_cluster_that_is_down(tmp_path):
    """A refused connection is one line with the address and the setting, exit code 4."""
    settings = settings_of(es__url="http://127.0.0.1:9", home=str(tmp_path))
    with engine.open_connection(settings) as connection, pytest.raises(NodeUnreachable) as caught:
        connection.request("GET", "/")
    assert "127.0.0.1:9 does not answer" in caught.value.message
    assert "HKALL_ES_URL" in caught.value.hint
    assert caught.value.exit_code == 4
    with pytest.raises(NodeUnreachable, match=r"127\.0\.0\.1:9"):
        engine.connect(settings)
    found = engine.status(settings)
    assert (found.running, found.kind) == (False, "url")
    assert [f.exit_code for f in engine.doctor(settings)] == [4]


def test_refused_credentials_name_their_settings(refusing):
    """401 and 403 are configuration errors that say which settings hold the credentials."""
    for flags, status in (({}, "401"), ({"es__user": "u", "es__password": "p"}, "403")):
        settings = settings_of(es__url=refusing, **flags)
        with engine.open_connection(settings) as connection:
            for _ in range(2):  # the second time the connection was closed by the other side
                with pytest.raises(NotAuthorised, match=status) as caught:
                    connection.request("GET", "/")
        assert "HKALL_ES_API_KEY" in caught.value.hint
        assert caught.value.exit_code == 3


def test_what_is_not_elasticsearch_is_said(website):
    """A web server at the address: one line that names it, whoever asks, and exit code 3."""
    settings = settings_of(es__url=website)
    with engine.open_connection(settings) as connection:
        for ask in (connection.info, lambda: connection.request("POST", "/x/_search", {})):
            with pytest.raises(NotElasticsearch, match="is not Elasticsearch") as caught:
                ask()
            assert "<" not in caught.value.message
            assert caught.value.exit_code == 3
    with pytest.raises(NotElasticsearch):
        engine.connect(settings)
    assert [f.exit_code for f in engine.doctor(settings)] == [3]


def test_no_node_is_started_without_leave(tmp_path):
    """With start=False a node that does not run is an error, and nothing is made."""
    settings = settings_of(home=str(tmp_path / "home"))
    for ask in (engine.connect, engine.open_connection):
        with pytest.raises(NodeUnreachable, match="not running"):
            ask(settings, start=False)
    assert engine.stop(settings) is False
    assert not (tmp_path / "home").exists()


def test_another_cluster_is_not_ours_to_run():
    """Start, stop and run refuse when a cluster elsewhere is configured."""
    settings = settings_of(es__url="https://es.example.org:9200")
    for verb in (engine.start, engine.stop, engine.run_foreground):
        with pytest.raises(NotOurs, match=r"es\.example\.org"):
            verb(settings)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://es.example.org", "https://es.example.org:443"),
        ("http://es.example.org", "http://es.example.org:9200"),
        ("https://es.example.org:9243/search/", "https://es.example.org:9243/search"),
        ("http://[::1]:9200", "http://[::1]:9200"),
    ],
)
def test_addresses(given, url):
    """A URL without port gets the usual one; a path before the API is kept."""
    assert url_endpoint(settings_of(es__url=given)).url == url


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ({"es__url": "es.example.org:9200"}, "es.url"),
        ({"es__url": "ftp://es.example.org"}, "es.url"),
        ({"es__url": "https://es.example.org:port"}, "es.url"),
        ({"es__url": "http://[::1"}, "es.url"),
        ({"es__url": "http://es example.org"}, "es.url"),
        ({"es__url": "http://es.example.org/目錄"}, "es.url"),
        ({"es__url": "https://h", "es__api_key": "鑰匙"}, "es.api_key"),
        ({"es__url": "https://h", "es__api_key": "a\nb"}, "es.api_key"),
        ({"es__url": "https://u:p@es.example.org"}, "credentials"),
        ({"es__url": "https://h", "es__ca_file": "nowhere.pem"}, "nowhere.pem"),
        ({"es__url": "https://h", "es__api_key": "k", "es__user": "u"}, "both set"),
        ({"es__kind": "url"}, "empty"),
    ],
)
def test_settings_that_cannot_be_used(flags, says):
    """A wrong address or contradicting credentials are named before anything is sent."""
    with pytest.raises(EngineSettingsError, match=says) as caught:
        engine.open_connection(settings_of(**flags))
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_ca_file_that_is_no_certificate(tmp_path):
    """A CA file that cannot be read as one is a configuration error that names it."""
    file = tmp_path / "ca.pem"
    file.write_text("nothing")
    with pytest.raises(EngineSettingsError, match=r"ca\.pem"):
        engine.open_connection(settings_of(es__url="https://127.0.0.1:9", es__ca_file=str(file)))


def test_an_endpoint_shows_no_secret():
    """Neither repr nor URL of an endpoint holds a credential."""
    endpoint = Endpoint("url", "http://h:1", api_key="SECRET", password="SECRET")
    assert "SECRET" not in repr(endpoint)


def test_no_answer_in_time():
    """A server that accepts and never answers is a timeout, said as one."""
    import socket

    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with (
            Connection(Endpoint("url", url)) as connection,
            pytest.raises(NodeUnreachable) as caught,
        ):
            connection.request("GET", "/", timeout=0.2)
    assert "within 0.2 s" in caught.value.message


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("9.1.0", True),
        ("9.5.3", True),
        ("9.12.0-SNAPSHOT", True),
        ("9.0.4", False),
        ("10.0.0", False),
    ],
)
def test_versions(version, fits):
    """The versions that the official client of this release speaks to."""
    assert requirements().versions.allow(version) is fits
