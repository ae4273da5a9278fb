"""Many at once, and processes that are killed: on SQLite and PostgreSQL, with real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

ROOT = Path(__file__).parents[2]
WHOLE = int(os.environ.get("CIRCULATION_STEPS", "0")) > 1000
PROCESSES, REQUESTS, QUOTA_REQUESTS = (8, 200, 40) if WHOLE else (4, 40, 24)
DELAYS = (0.0, 0.013, 0.029) if WHOLE else (0.013,)
"""`make circulation` does the whole numbers."""

CONTENDER = """
import json, sys
from circulation.asking import Wish, ask
from circulation.calendar import Calendars
from circulation.clock import parse_instant
from circulation.desk import Refused
from circulation.policy import Policies
from circulation.service import Service
from circulation.store.store import open_store

url, regime, jobs = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
at = parse_instant("2005-11-01T10:00")
with open_store(url) as store:
    service = Service(store, Policies(regime=regime), Calendars())
    print("ready", flush=True)
    sys.stdin.readline()
    for patron, record in jobs:
        try:
            made = service.act(at, lambda desk: ask(desk, patron, Wish(records=(record,))))
            print(json.dumps({"made": made.id}), flush=True)
        except Refused as refused:
            print(json.dumps({"reasons": [r.rule for r in refused.reasons]}), flush=True)
"""

WORKER = """
import itertools, sys
from circulation import asking, lending, moving
from circulation.calendar import Calendars
from circulation.clock import parse_instant
from circulation.policy import Policies
from circulation.service import Service
from circulation.store.store import open_store

url, name = sys.argv[1], sys.argv[2]
at = parse_instant("2005-11-01T10:00")
with open_store(url) as store:
    service = Service(store, Policies(regime="2005"), Calendars())
    print("ready", flush=True)
    for _ in itertools.count():
        wish = asking.Wish(records=(f"CUHK:{name}",))
        made = service.act(at, lambda desk: asking.ask(desk, f"HKU:{name}", wish))
        for trigger in ("ship", "receive"):
            service.act(at, lambda desk: moving.move(desk, made.id, trigger))
        service.act(at, lambda desk: lending.check_out(desk, made.id, f"HKU:{name}"))
        service.act(at, lambda desk: lending.recall(desk, made.id))
        service.act(parse_instant("2005-12-24T10:00"), lambda desk: lending.give_back(desk, made.id))
        fines = service.act(at, lambda desk: desk.unit.fines_for(made.id))
        from circulation.money import pay
        for fine in fines:
            service.act(at, lambda desk: pay(desk, fine.id))
        service.act(at, lambda desk: moving.move(desk, made.id, "check-in"))
"""


def start(code, *words):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def contend(database, regime, jobs):
    """Do the jobs (patron, record) in several processes at once; what each was told."""
    shares = [jobs[n::PROCESSES] for n in range(PROCESSES)]
    processes = [start(CONTENDER, database, regime, json.dumps(share)) for share in shares]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [
            json.loads(line)
            for process in processes
            for line in process.communicate()[0].splitlines()
        ]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_of_many_requests_for_the_last_copy_one_succeeds(both, database):
    """Many requests from many processes at once for one copy: one succeeds, the others get a reason."""
    jobs = [(both.patron(f"HKU:{number}"), "CUHK:b1") for number in range(REQUESTS)]
    both.item("CUHK:1")
    told = contend(database, "2005", jobs)
    assert len(told) == REQUESTS
    assert sum("made" in each for each in told) == 1
    assert {reason for each in told for reason in each.get("reasons", [])} == {"available"}
    assert both.audit().findings == ()


def test_a_quota_holds_against_many_requests_at_once(both, database):
    """Many requests of one patron from many processes at once: as many succeed as the quota has places."""
    both.use("2017")
    both.patron()
    records = [f"CUHK:b{number}" for number in range(QUOTA_REQUESTS)]
    for record in records:
        both.item(f"CUHK:{record}", record=record)
    told = contend(database, "2017", [("HKU:1", record) for record in records])
    assert sum("made" in each for each in told) == 15
    assert {reason for each in told for reason in each.get("reasons", [])} == {"quota"}
    assert both.account().taken == 15


def test_a_process_killed_mid_act_leaves_no_half_act(both, database):
    """Processes killed at random points of their acts leave what the log says, and nothing else."""
    names = ["w0", "w1", "w2"]
    for name in names:
        both.patron(f"HKU:{name}")
        both.item(f"CUHK:{name}", record=f"CUHK:{name}")
    events = 0
    for delay in DELAYS:
        processes = [start(WORKER, database, name) for name in names]
        try:
            wait_for(both, events + 30)
            time.sleep(delay)
        finally:
            for process in processes:
                process.send_signal(signal.SIGKILL)
                process.communicate()
        report = both.audit()
        assert report.findings == ()
        free(both)
        events = both.audit().events


def wait_for(world, events):
    """Until the log has so many events."""
    for _ in range(1200):
        with world.store.reading() as connection:
            if connection.execute(text("SELECT max(number) FROM event")).scalar() >= events:
                return
        time.sleep(0.05)
    pytest.fail("the workers do nothing")


def free(world):
    """End whatever was left open, so that the next workers can ask again."""
    from circulation.machine import machine

    for name in ("w0", "w1", "w2"):
        for found in world.account(f"HKU:{name}").requests:
            request = found.request
            if request.state == "item-hold":
                world.cancel(request)
                continue
            if request.state in ("shipped", "in-transit"):
                request = world.move(request, "receive")
            if request.state == "received":
                request = world.check_out(request, f"HKU:{name}")
            if machine().states[request.state].counts == "loan":
                request = world.give_back(request)
            world.move(request, "check-in")
        for fine in world.account(f"HKU:{name}").debts:
            world.pay(fine)
