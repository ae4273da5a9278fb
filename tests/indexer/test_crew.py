"""Independent tasks in processes: each is done, whoever is killed, and errors arrive as they are."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from engine.errors import ElasticsearchError
from indexer.workers import Crew, WorkerFailed, WorkerLost


@contextmanager
def squares(folder=""):
    """Squares numbers; obeys orders to die (once, or whenever it is told) and to fail."""

    def do(task):
        if task == "die" or (task == "die once" and not Path(folder, "died").exists()):
            Path(folder or ".", "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "refuse":
            raise ElasticsearchError(400, "kind", "words", {"error": "kind"})
        if task == "fail":
            raise ZeroDivisionError(task)
        return task * task if isinstance(task, int) else task

    yield do


def crew_of(folder, size=2):
    return Crew(partial(squares, str(folder)), size, "squaring")


def test_every_task_is_answered_once(tmp_path):
    """More tasks than workers, in any order; no process is left."""
    crew = crew_of(tmp_path)
    assert sorted(crew.run(range(50))) == [n * n for n in range(50)]
    assert crew.pids == []
    assert multiprocessing.active_children() == []


def test_not_more_tasks_are_taken_than_the_workers_hold(tmp_path):
    """The tasks are an iterator that runs only as far ahead as there is work in hand."""
    taken = []
    tasks = (taken.append(n) or n for n in range(100))
    answers = crew_of(tmp_path).run(tasks)
    next(answers)
    assert len(taken) <= 5
    answers.close()
    assert multiprocessing.active_children() == []


def test_the_tasks_of_a_killed_worker_are_done_by_its_successor(tmp_path):
    """A worker that dies at a task costs no answer and repeats none."""
    found = list(crew_of(tmp_path).run([1, 2, "die once", *range(3, 20)]))
    assert sorted(map(str, found)) == sorted(
        map(str, [1, 4, "die once", *(n * n for n in range(3, 20))])
    )


def test_a_task_that_kills_twice_ends_the_run(tmp_path):
    """It is said what work it was; no process is left."""
    with pytest.raises(WorkerLost, match="squaring"):
        list(crew_of(tmp_path).run([1, "die", 2, 3]))
    assert multiprocessing.active_children() == []


def test_an_expected_error_arrives_as_it_was(tmp_path):
    """Class, words and exit code, whatever the constructor of the class takes."""
    with pytest.raises(ElasticsearchError, match="words") as caught:
        list(crew_of(tmp_path).run([1, "refuse"]))
    assert (caught.value.status, caught.value.type, caught.value.exit_code) == (400, "kind", 4)


def test_an_unexpected_error_is_told(tmp_path):
    """The traceback of the worker arrives."""
    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        list(crew_of(tmp_path).run(["fail"]))


_RUN = """
    import sys
    import time
    from contextlib import contextmanager

    sys.path.insert(0, sys.argv[1])

    @contextmanager
    def slow():
        yield lambda task: time.sleep(60)

    if __name__ == "__main__":
        from indexer.workers import Crew

        list(Crew(slow, 2, "sleeping").run(range(9)))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill")
def test_workers_do_not_outlive_a_killed_run(tmp_path):
    """Also in the middle of a task: it would go on changing things outside."""
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(_RUN))
    run = subprocess.Popen([sys.executable, str(script), str(Path(__file__).parents[2])])
    workers, until = [], time.monotonic() + 60
    while len(workers) < 2 and time.monotonic() < until:
        workers = [
            p for p in psutil.Process(run.pid).children() if "spawn_main" in " ".join(p.cmdline())
        ]
        time.sleep(0.05)
    time.sleep(1.0)
    run.kill()
    run.wait()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert len(workers) == 2
    assert alive == []
