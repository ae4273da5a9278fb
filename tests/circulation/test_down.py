"""Availability while a build runs and while the node is down: the index catches up, nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pymarc
import pytest
from sqlalchemy import func, select

import engine
from base.settings import load_settings
from circulation import stock
from circulation.desk import Refused
from circulation.feed import feed
from circulation.publish import changes
from circulation.service import database_url
from circulation.store import schema
from circulation.store.outbox import cursor
from circulation.store.store import open_store
from records import open_store as open_records
from records import store_path

TITLES = 60
CODES = ("CUHK", "LU")


def record(number):
    made = pymarc.Record()
    made.leader = pymarc.Leader("     nam a22     uu 4500")
    made.add_field(pymarc.Field("001", data=number))
    made.add_field(pymarc.Field("008", data="000000s1999    hk            000 0 eng d"))
    for tag, pairs in (
        ("245", [("a", f"Title {number}")]),
        ("852", [("b", "Main"), ("p", f"3{number}")]),
    ):
        subfields = [pymarc.Subfield(code, value) for code, value in pairs]
        made.add_field(
            pymarc.Field(tag, indicators=pymarc.Indicators("1", "0"), subfields=subfields)
        )
    return made.as_marc()


@pytest.fixture
def own(node_settings, tmp_path):
    """Settings of a node of this test's own."""
    flags = {"home": str(tmp_path / "home"), "cache": node_settings.cache, "engine.heap": "512m", "prefix": "hkall-down"}  # fmt: skip
    settings = load_settings(flags, environ={}).settings
    yield settings
    engine.stop(settings)


def hkall(settings, *words, **how):
    """A command in a process of its own, on that node."""
    environment = os.environ | {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
        "HKALL_ENGINE_HEAP": settings.engine.heap,
    }
    command = [sys.executable, "-c", "from cli import cli; cli()", *words]
    return subprocess.Popen(command, env=environment, **how)


class Catalogue:
    """What circulation says of every record, and what the live index shows."""

    def __init__(self, settings, world, records):
        self.settings, self.world, self.records = settings, world, records
        self.follower = None
        self.chance = random.Random(2004)

    def act(self):
        """Something that changes what is on a shelf."""
        key = self.chance.choice(self.records)
        patron = f"HKU:{self.chance.randrange(20)}"
        with suppress(Refused):
            if self.chance.random() < 0.5:
                self.world.ask(patron, records=(key,))
            else:
                status = self.chance.choice(["available", "missing"])
                item = f"{key.partition(':')[0]}:3{key.partition(':')[2]}"
                self.world.do(lambda desk: stock.set_status(desk, item, status))

    def differences(self):
        """Records of which the index does not show what circulation says."""
        client = engine.connect(self.settings)
        try:
            client.indices.refresh(index=self.settings.titles_alias)
            found = client.search(index=self.settings.titles_alias, size=2 * TITLES).body["hits"][
                "hits"
            ]
        finally:
            client.close()
        shown = {(hit["_id"], bool(hit["_source"].get("available_at"))) for hit in found}
        said = self.world.do(lambda desk: changes(desk, self.records))
        return {(each.record, each.available) for each in said} ^ shown

    def seconds_to_agree(self):
        """How long it takes until the follower has told the last event; then there must be none.

        However busy the machine is: what the follower has told and the index does not show, is lost.
        """
        began = time.monotonic()
        while self.untold():
            assert self.follower.poll() is None, "the follower has died"
            time.sleep(0.1)
        assert self.differences() == set()
        return time.monotonic() - began

    def untold(self):
        """Whether the log has events that the catalogue was not told."""
        with self.world.store.reading() as connection:
            last = connection.execute(select(func.max(schema.event.c.number))).scalar()
            return cursor(connection, "availability") < last


@pytest.mark.es
@pytest.mark.timeout(900)
def test_the_index_catches_up_after_a_build_and_after_the_node_was_killed(own, world_of, tmp_path):
    """Acts during a build that swaps the index, and while the node is dead, are all in the live index soon after."""
    engine.start(own)
    flags = []
    for code in CODES:
        path = tmp_path / f"{code}.mrc"
        path.write_bytes(b"".join(record(f"{code.lower()}{n}") for n in range(TITLES)))
        flags += ["--source", f"{code}={path}"]
    assert hkall(own, "reindex", *flags).wait() == 0
    with open_store(database_url(own)) as store:
        world = world_of(store)
        with open_records(store_path(own)) as records:
            feed(world.service, records, world.now)
        for number in range(20):
            world.patron(f"HKU:{number}", "teacher")
        names = [f"{code}:{code.lower()}{n}" for code in CODES for n in range(TITLES)]
        catalogue = Catalogue(own, world, names)
        words = ("circ", "publish", "--follow", "--every", "0.3")
        with hkall(own, *words, stdout=subprocess.DEVNULL) as follower:
            catalogue.follower = follower
            try:
                told = [catalogue.seconds_to_agree(), during_a_build(catalogue, flags)]
                told.append(while_the_node_is_dead(catalogue))
                assert follower.poll() is None
            finally:
                follower.kill()
        print("seconds until the index agreed:", *(f"{each:.1f}" for each in told))  # noqa: T201
        assert world.audit().findings == ()


def during_a_build(catalogue, flags):
    before = live(catalogue.settings)
    build, acts = hkall(catalogue.settings, "reindex", "--full", *flags), 0
    while build.poll() is None:
        catalogue.act()
        acts += 1
        time.sleep(0.02)
    assert build.returncode == 0
    assert acts > 10
    assert live(catalogue.settings) != before
    return catalogue.seconds_to_agree()


def while_the_node_is_dead(catalogue):
    node = psutil.Process(engine.status(catalogue.settings).pid)
    node.kill()
    with suppress(psutil.TimeoutExpired):
        node.wait(5)
    for _ in range(30):
        catalogue.act()
    engine.start(catalogue.settings)  # unless the follower was quicker: it needs the node as well
    return catalogue.seconds_to_agree()


def live(settings):
    client = engine.connect(settings)
    try:
        return set(client.indices.get_alias(name=settings.titles_alias).body)
    finally:
        client.close()
