"""Bulk loading: bounded bulks, patience with a busy server, and each refused document named."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Endpoint, client_of
from indexer import changes
from indexer.changes import Loader
from indexer.contracts import catalogue_pipeline
from indexer.load import Loading, Pace, TooBusy, cut, load

documents = st.lists(st.binary(max_size=50), max_size=60)


@given(sources=documents, count=st.integers(1, 9), size=st.integers(1, 120))
def test_bulks_hold_everything_once_and_are_bounded(sources, count, size):
    """Order is kept; a bulk beyond the size ends with the document that crossed it."""
    named = [(str(at), source) for at, source in enumerate(sources)]
    how = Loading(documents=count, size=size)
    bulks = list(cut(named, how, Pace(how)))
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


@pytest.mark.es
def test_what_keeps_a_server_from_taking_documents_is_said(node, node_settings):
    """An index that a full disk has made read-only answers as a busy one does: its words tell."""
    index = f"{node_settings.prefix}-full"
    node.indices.create(index=index, settings={"blocks.read_only_allow_delete": True})
    try:
        with pytest.raises(TooBusy, match="read-only-allow-delete"):
            load(node, index, ROWS[:2], Loading(attempts=2, pause=0.01))
    finally:
        node.indices.delete(index=index)


class Busy(ThreadingHTTPServer):
    """A server that takes bulks of a limited size, slowly or not at all, as it is told.

    Args:
        most: documents of a bulk; a larger one is answered with ``status``.
        status: 413 or 429, for a whole bulk that is too large; 0: it is not answered in time, and
            neither are others where the machine stands still: these come twice then.
        lazy: every so many documents, one of a bulk that was taken waits for another attempt (429).
    """

    daemon_threads = True

    def __init__(self, most, status, lazy=0):
        super().__init__(("127.0.0.1", 0), Answers)
        self.most, self.status, self.lazy = most, status, lazy
        self.documents, self.sizes, self.waited = {}, [], set()
        self.lock = threading.Lock()

    def client(self):
        host, port = self.server_address
        timeout = 60 if self.status else 0.5
        return client_of(Endpoint("url", f"http://{host}:{port}", timeout=timeout))


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        """Says nothing."""

    def do_PUT(self):
        lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        with self.server.lock:
            self.server.sizes.append(len(pairs))
        if len(pairs) > self.server.most:
            if not self.server.status:
                time.sleep(1.0)
            self.answer(self.server.status or 200, {"errors": False, "items": []})
            return
        items = [self.item(json.loads(a)["index"]["_id"], source) for a, source in pairs]
        self.answer(200, {"errors": any("error" in i["index"] for i in items), "items": items})

    def item(self, id_, source):
        with self.server.lock:
            if (
                self.server.lazy
                and int(id_) % self.server.lazy == 0
                and id_ not in self.server.waited
            ):
                self.server.waited.add(id_)
                return {"index": {"status": 429, "error": {"type": "es_rejected_execution"}}}
            assert not (self.server.status and id_ in self.server.documents)
            self.server.documents[id_] = source
        return {"index": {"status": 201}}

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def busy():
    """Makes a busy server."""
    servers = []

    def make(*arguments, **more):
        servers.append(Busy(*arguments, **more))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


ROWS = [(str(n), b'{"n":%d}' % n) for n in range(400)]


@pytest.mark.parametrize("status", [429, 413, 0])
def test_a_server_that_large_bulks_are_too_much_for_gets_smaller_ones(busy, status):
    """Too busy, too large, or too slow: every document arrives once, and later bulks are smaller."""
    server = busy(40, status, lazy=7)
    with server.client() as client:
        refused = load(client, "any", ROWS, Loading(documents=100, requests=1, pause=0.01))
    assert refused == []
    assert server.documents == dict(ROWS)
    assert max(server.sizes) == 100
    assert len(server.sizes) < 80 or not status


def test_bulks_grow_again_when_the_server_has_time():
    """A slow answer halves them, quick ones make them grow up to what was set."""
    pace = Pace(Loading(documents=100, slow=1.0))
    pace.answered(1.5)
    pace.too_much()
    assert pace.documents == 25
    sizes = []
    while pace.documents < 100:
        pace.answered(0.1)
        sizes.append(pace.documents)
    assert sizes == sorted(set(sizes))
    for _ in range(20):
        pace.too_much()
    assert pace.documents == 1


def test_a_server_that_stays_busy_ends_the_load(busy):
    """Nothing is called refused that was never looked at: the run ends, as unreachable."""
    server = busy(0, 429)
    with server.client() as client, pytest.raises(TooBusy, match=r"3 attempts: .*429") as caught:
        load(client, "any", ROWS[:3], Loading(attempts=3, pause=0.01))
    assert caught.value.exit_code == 4
    assert server.documents == {}


@pytest.fixture
def stored(catalogue, marc):
    """A store of 300 titles, some with several members, and an empty index for it."""
    records = [marc.record(f"n{n}", f"Title {n}", isbn=marc.isbn(n)) for n in range(300)]
    catalogue.run(HKU=records, CUHK=records[:50])
    index = f"{catalogue.names.alias}-20200101-000000-0000"
    catalogue.node.indices.create(index=index, **catalogue_pipeline().index_body)
    return catalogue, index


@pytest.mark.es
@pytest.mark.parametrize("killed", [False, True])
def test_workers_load_what_one_process_does(stored, monkeypatch, killed):
    """Whole documents, each of them, in ranges; also when a worker is killed over one."""
    catalogue, index = stored
    monkeypatch.setattr(changes, "RANGE", 20)
    counted = []

    def count(number):
        counted.append(number)
        if killed and len(counted) == 2:
            multiprocessing.active_children()[0].kill()

    with catalogue.store() as store:
        how = Loading(documents=7)
        loader = Loader(
            catalogue.node, index, store, catalogue_pipeline(), how, workers=2, worthwhile=0
        )
        assert loader.send(300, count) == []
        assert counted[-1] == 300
        catalogue.node.indices.refresh(index=index)
        found = catalogue.node.search(index=index, size=1000)["hits"]["hits"]
        assert {hit["_id"]: hit["_source"] for hit in found} == catalogue.batch()
        assert loader.send(0, count, after=store.last_change()) == []


@pytest.mark.es
def test_workers_name_what_is_refused(stored, monkeypatch):
    """Each refused title comes back once, with Elasticsearch's words; the others are loaded."""
    catalogue, index = stored
    catalogue.node.indices.delete(index=index)
    strict = {"dynamic": "strict", "properties": {"title_id": {"type": "keyword"}}}
    catalogue.node.indices.create(index=index, mappings=strict)
    monkeypatch.setattr(changes, "RANGE", 20)
    with catalogue.store() as store:
        how = Loading(documents=7)
        loader = Loader(
            catalogue.node, index, store, catalogue_pipeline(), how, workers=2, worthwhile=0
        )
        refused = loader.send(300, lambda _: None)
    assert {each.id for each in refused} == set(catalogue.batch())
    assert len(refused) == 300
    assert "strict" in refused[0].reason
