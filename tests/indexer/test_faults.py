"""Runs killed at any point over a sequence of nights: what is live is right, and answers all the time.

Five kills in the usual tests. ``DRILL_KILLS=30`` (`make drill`) makes it a drill on a node of its
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
from contextlib import suppress

import msgspec
import psutil
import pytest

import engine
from base.settings import load_settings
from indexer.publish import list_indices

pytestmark = [pytest.mark.es, pytest.mark.timeout(3600)]

DRILL = int(os.environ.get("DRILL_KILLS", "0"))
KILLS = DRILL or 5
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


def begin(settings, flags):
    """A run in a process of its own."""
    environment = os.environ | {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
        "HKALL_ENGINE_HEAP": "1g",
    }
    command = [sys.executable, "-m", "cli", "reindex", *flags]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT)


def kill(process, chance, settings):
    """Kill a worker, the run, or (in a drill) the node."""
    workers = []
    with suppress(psutil.Error):
        workers = psutil.Process(process.pid).children()
        workers = [each for each in workers if "python" in each.name()]
    if workers and chance < 0.3:
        workers[0].kill()
    elif DRILL and chance > 0.85:
        if (pid := engine.status(settings).pid) is not None:  # None would be this process
            with suppress(psutil.Error):
                psutil.Process(pid).kill()
    else:
        process.kill()


class Searcher(threading.Thread):
    """Counts the live titles all the time; ``problems`` are answers that were none."""

    def __init__(self, client, alias):
        super().__init__()
        self.client, self.alias = client, alias
        self.ending, self.answers, self.problems = threading.Event(), 0, []

    def run(self):
        while not self.ending.is_set():
            try:
                count = self.client.count(index=self.alias)["count"]
                if count < TITLES:
                    self.problems.append(count)
                self.answers += 1
            except Exception as error:  # noqa: BLE001 - whatever a reader would have seen
                self.problems.append(error)
            time.sleep(0.02)


def test_runs_that_are_killed(node, settings, marc, tmp_path, request):
    """Afterwards the live index is what a batch gives, title by title; no search went unanswered."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - to run it again
    nights = Nights(seed, marc, tmp_path)
    for _ in range(2):  # the second one, on a node that runs, tells how long a night takes
        nights.change()
        began = time.monotonic()
        first = begin(settings, nights.flags())
        said, _ = first.communicate()
        assert first.returncode == 0, said.decode()
        duration = time.monotonic() - began
    client = engine.connect(settings) if DRILL else node
    catalogue = request.getfixturevalue("as_catalogue")(client, settings)
    searcher = Searcher(client, catalogue.names.alias)
    if not DRILL:
        searcher.start()
    try:
        killed = 0
        while killed < KILLS:
            nights.change()
            process = begin(settings, nights.flags())
            time.sleep(nights.random.uniform(0.1, 1.0) * duration)
            if process.poll() is None:
                kill(process, nights.random.random(), settings)
                killed += 1
            process.communicate()
        nights.change()
        for _ in range(3):  # a node whose starter was killed may still be starting: exit code 4
            last = begin(settings, nights.flags())
            said, _ = last.communicate()
            if last.returncode != 4:
                break
            time.sleep(20)
        assert last.returncode == 0, said.decode()
    finally:
        searcher.ending.set()
        if searcher.is_alive():
            searcher.join()
    assert searcher.problems == []
    assert DRILL or searcher.answers > KILLS
    catalogue = request.getfixturevalue("as_catalogue")(engine.connect(settings), settings)
    found = catalogue.documents()
    assert found == catalogue.batch()
    assert {frozenset(members) for members in catalogue.titles().values()} == nights.partition()
    assert all(info.published for info in list_indices(catalogue.node, catalogue.names))
    again = begin(settings, nights.flags())
    said, _ = again.communicate()
    assert b"nothing has changed" in said
