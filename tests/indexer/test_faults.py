"""Runs killed at any point over a sequence of nights: what is live is right, and answers all the time.

Three kills in the usual tests. ``DRILL_KILLS=30`` (`make drill`) makes it a drill on a node of its
own, which is killed too.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress

import msgspec
import psutil
import pytest

import engine
from base.errors import HkallError
from base.settings import load_settings
from indexer.publish import list_indices
from query import SearchRequest, search

pytestmark = [pytest.mark.es, pytest.mark.timeout(3600)]

DRILL = int(os.environ.get("DRILL_KILLS", "0"))
KILLS = DRILL or 3
TITLES = 300


class Nights:
    """Libraries whose catalogues change from night to night, and the files that they send."""

    def __init__(self, seed, marc, folder):
        self.random = random.Random(seed)
        self.marc, self.folder = marc, folder
        self.held = {code: {} for code in ("HKU", "CUHK", "LU")}
        self.number = 0

    def change(self):
        """A night's changes: many at first, few later."""
        for held in self.held.values():
            for _ in range(TITLES if not held else self.random.randrange(1, 12)):
                self.number += 1
                shared = self.random.randrange(TITLES)
                held[f"r{self.number}"] = shared if self.random.random() < 0.5 else -self.number
            for number in self.random.sample(sorted(held), self.random.randrange(3)):
                held[number] = self.random.randrange(TITLES)
            for number in self.random.sample(sorted(held), self.random.randrange(3)):
                del held[number]

    def flags(self):
        """The files of a night, full ones, as the command takes them."""
        flags = []
        for code, held in self.held.items():
            path = self.folder / f"{code}.mrc"
            records = [self._record(number, work) for number, work in held.items()]
            path.write_bytes(self.marc.iso(*records))
            flags += ["--source", f"{code}={path}"]
        return flags

    def _record(self, number, work):
        isbn = self.marc.isbn(work) if work >= 0 else None
        return self.marc.record(number, f"Work {work}", isbn=isbn)

    def partition(self):
        """Which records are one title, worked out plainly: those of the same work."""
        works = {}
        for code, held in self.held.items():
            for number, work in held.items():
                works.setdefault(work, set()).add(f"{code}:{number}")
        return {frozenset(members) for members in works.values()}


@pytest.fixture
def settings(node_settings, tmp_path):
    """A catalogue of its own; in a drill on a node of its own."""
    if not DRILL:
        prefix = f"hkall-test-{uuid.uuid4().hex[:8]}"
        yield msgspec.structs.replace(node_settings, prefix=prefix)
        return
    flags = {"home": str(tmp_path / "home"), "cache": node_settings.cache, "engine.heap": "1g"}
    own = load_settings(flags, environ={}).settings
    yield own
    engine.stop(own)


# The command, with worker processes for files and titles as few as these.
COMMAND = """
from indexer import changes, remap
from indexer.workers import parts, readers
readers.WORTHWHILE = changes.WORTHWHILE = remap.WORTHWHILE = 0
changes.RANGE = 40
readers.parts_of = lambda files: parts.parts_of(files, 20_000)
from cli import cli
cli()
"""


def begin(settings, flags):
    """A run in a process of its own."""
    environment = os.environ | {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
        "HKALL_ENGINE_HEAP": "1g",
    }
    command = [sys.executable, "-c", COMMAND, "reindex", *flags]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT)


AFTER = {"worker": {0}, "node": {0, 1, 4}, "run": {-9}}
"""With what a run ends when this was killed: 1 where the node died after the swap."""


def kill(process, chance, settings, searcher):
    """Kill a worker, the run, or (in a drill) the node; returns which, None where nothing was there."""
    if DRILL and chance > 0.75:
        return kill_node(settings, searcher)
    if chance < 0.5:
        with suppress(psutil.Error):
            children = psutil.Process(process.pid).children()
            if workers := [each for each in children if "spawn_main" in " ".join(each.cmdline())]:
                workers[0].kill()
                return "worker"
    process.kill()
    return "run"


def kill_node(settings, searcher):
    pid = engine.status(settings).pid
    if pid is None:
        return None
    searcher.disturbed += 1
    with suppress(psutil.Error):
        node = psutil.Process(pid)
        node.kill()
        with suppress(psutil.TimeoutExpired):  # a zombie until its run has ended
            node.wait(1)
    searcher.disturbed += 1
    return "node"


class Searcher(threading.Thread):
    """Searches the live titles all the time, as the command does; ``problems`` should not be.

    A search is right if it finds as many titles as some night has, and no earlier night than the
    search before. One that the node's death (``disturbed``) left without an answer is asked again.
    """

    def __init__(self, settings, sizes):
        super().__init__()
        self.settings, self.sizes = settings, sizes
        self.ending, self.problems = threading.Event(), []
        self.disturbed = self.answers = self.asked_again = self.night = 0

    def run(self):
        while not self.ending.is_set():
            before = self.disturbed
            try:
                self.check(self.total())
            except HkallError as error:
                if self.disturbed == before:
                    self.problems.append(error)
                self.asked_again += 1
            except Exception as error:  # noqa: BLE001 - whatever a reader would have seen
                self.problems.append(error)
            time.sleep(0.05)

    def total(self):
        with engine.open_connection(self.settings) as connection:
            request = SearchRequest("title:work", limit=1)
            return search(connection, self.settings.titles_alias, request).total

    def check(self, total):
        self.answers += 1
        if total not in self.sizes[self.night :]:
            self.problems.append((total, self.sizes[self.night :]))
        else:
            self.night = self.sizes.index(total, self.night)


def test_runs_that_are_killed(node, settings, marc, tmp_path, request):
    """Afterwards the live index is what a batch gives, title by title; no search went unanswered."""
    seed = int(os.environ.get("DRILL_SEED", "0")) or random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - to run it again: DRILL_SEED
    nights, sizes = Nights(seed, marc, tmp_path), []

    def night():
        nights.change()
        flags = nights.flags()
        sizes.append(len(nights.partition()))
        return begin(settings, flags)

    for _ in range(2):  # the second one, on a node that runs, tells how long a night takes
        began = time.monotonic()
        first = night()
        said, _ = first.communicate()
        assert first.returncode == 0, said.decode()
        duration = time.monotonic() - began
    searcher = Searcher(settings, sizes)
    searcher.start()
    killed = Counter()
    try:
        while killed.total() < KILLS:
            process = night()
            time.sleep(nights.random.uniform(0.1, 1.0) * duration)
            what = None
            if process.poll() is None:
                what = kill(process, nights.random.random(), settings, searcher)
            said, _ = process.communicate()
            if what is not None:
                killed[what] += 1
                # what was killed may have done its work before
                assert process.returncode in AFTER[what] | {0}, (what, said.decode())
        last = night()
        said, _ = last.communicate()
        assert last.returncode == 0, said.decode()
        assert searcher.is_alive()
    finally:
        searcher.ending.set()
        searcher.join()
    print(  # noqa: T201 - what a drill has done
        f"killed {dict(killed)}; {searcher.answers} searches answered,"
        f" {searcher.asked_again} asked again after the node was killed"
    )
    assert searcher.problems == []
    assert searcher.answers > KILLS
    as_catalogue = request.getfixturevalue("as_catalogue")
    catalogue = as_catalogue(engine.connect(settings) if DRILL else node, settings)
    found = catalogue.documents()
    assert found == catalogue.batch()
    assert {frozenset(members) for members in catalogue.titles().values()} == nights.partition()
    assert all(info.published for info in list_indices(catalogue.node, catalogue.names))
    again = begin(settings, nights.flags())
    said, _ = again.communicate()
    assert b"nothing has changed" in said
