"""Jars: the lock, fetching from a repository (a real HTTP server), corruption, offline machines."""

import functools
import hashlib
import http.server
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from base.settings import load_settings
from engine.errors import CorruptJar, JarsUnavailable
from engine.fetch import ensure_jars, is_intact, jar_folder
from engine.jars import Jar, load_lock, load_roots
from engine.relock import licence_table, render

CONTENT = {f"g.h:a{n}:1": f"jar {n}".encode() * 1000 for n in range(8)}


def jar(coordinate, content, sha256=None):
    digest = sha256 or hashlib.sha256(content).hexdigest()
    return Jar(coordinate, "server", len(content), digest, "none")


JARS = [jar(coordinate, content) for coordinate, content in CONTENT.items()]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def repository(tmp_path):
    """A Maven repository with the jars above, served on the loopback: its folder and URL."""
    folder = tmp_path / "repository"
    for one in JARS:
        path = folder / one.path
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT[one.jar])
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def settings_for(tmp_path, url, **more):
    flags = {"home": str(tmp_path / "home"), "cache": str(tmp_path / "cache"), **more}
    return load_settings({**flags, "engine.maven_repository": url}, environ={}).settings


def test_the_lock_is_what_its_roots_ask_for():
    """The lock names each root of jars.yaml once, in its part, and no jar twice."""
    lock, roots = load_lock(), load_roots()
    assert lock.elasticsearch == roots.elasticsearch
    coordinates = [jar.jar for jar in lock.jars]
    assert len(coordinates) == len(set(coordinates))
    for part, asked in roots.parts.items():
        assert set(asked.roots) <= {jar.jar for jar in lock.of(part)}
    assert f"org.elasticsearch:elasticsearch:{lock.elasticsearch}" in coordinates


def test_no_two_jars_of_the_lock_share_a_file_name():
    """Jars of one module lie in one folder, so their names must differ."""
    names = [jar.file_name for jar in load_lock().jars]
    assert len(names) == len(set(names))


def test_the_lock_file_is_as_it_would_be_written():
    """The lock was written by its own program, not by hand."""
    from importlib.resources import files

    assert files("engine").joinpath("jars.lock.yaml").read_text() == render(load_lock())


def test_jars_come_from_the_mirror(tmp_path, repository, capsys):
    """What is missing is fetched from the configured mirror and verified; stderr says so."""
    settings = settings_for(tmp_path, repository[1])
    paths = ensure_jars(settings, JARS)
    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    captured = capsys.readouterr()
    assert "8 jars" in captured.err
    assert captured.out == ""
    assert sorted(p.name for p in jar_folder(settings).iterdir()) == ["g"]


def test_what_is_there_is_not_fetched_again(tmp_path, repository, capsys):
    """A second call needs no repository and says nothing."""
    ensure_jars(settings_for(tmp_path, repository[1]), JARS)
    capsys.readouterr()
    ensure_jars(settings_for(tmp_path, "", **{"engine.offline": True}), JARS)
    assert capsys.readouterr().err == ""


def test_two_processes_may_fetch_at_once(tmp_path, repository):
    """Callers at the same moment all end with every jar complete."""
    settings = settings_for(tmp_path, repository[1])
    with ThreadPoolExecutor(4) as pool:
        for paths in pool.map(lambda _: ensure_jars(settings, JARS), range(4)):
            assert all(is_intact(path, jar) for path, jar in zip(paths, JARS, strict=True))


def test_a_damaged_jar_in_the_cache_is_replaced(tmp_path, repository, capsys):
    """A jar that changed in the cache is found by its SHA-256, named, and fetched again."""
    settings = settings_for(tmp_path, repository[1])
    path = ensure_jars(settings, JARS)[3]
    path.write_bytes(b"x" * JARS[3].size)
    capsys.readouterr()
    assert ensure_jars(settings, JARS)[3].read_bytes() == CONTENT[JARS[3].jar]
    assert JARS[3].file_name in capsys.readouterr().err


def test_a_corrupt_download_names_the_jar(tmp_path, repository):
    """A repository that serves something else is refused: the jar is named, nothing is kept."""
    settings = settings_for(tmp_path, repository[1])
    (repository[0] / JARS[2].path).write_bytes(b"altered")
    with pytest.raises(CorruptJar, match=JARS[2].jar) as caught:
        ensure_jars(settings, JARS)
    assert "HKALL_MAVEN_REPOSITORY" in caught.value.hint
    assert not (jar_folder(settings) / JARS[2].path).exists()


def test_a_repository_that_lacks_a_jar(tmp_path, repository):
    """A missing jar is one line with the jar's name, exit code 4; the others are kept."""
    settings = settings_for(tmp_path, repository[1])
    (repository[0] / JARS[7].path).unlink()
    with pytest.raises(JarsUnavailable, match=JARS[7].jar) as caught:
        ensure_jars(settings, JARS)
    assert caught.value.exit_code == 4
    assert "\n" not in caught.value.message
    assert (jar_folder(settings) / JARS[0].path).exists()


def test_a_repository_that_does_not_answer(tmp_path):
    """No network is one line that says what to do, exit code 4."""
    with pytest.raises(JarsUnavailable, match=r"127\.0\.0\.1:9") as caught:
        ensure_jars(settings_for(tmp_path, "http://127.0.0.1:9"), JARS)
    assert "HKALL_MAVEN_REPOSITORY" in caught.value.hint


def test_an_offline_machine_is_told_which_folder(tmp_path):
    """With engine.offline nothing is fetched: the message names the folder to copy."""
    settings = settings_for(tmp_path, "", **{"engine.offline": True})
    with pytest.raises(JarsUnavailable, match="8 jars") as caught:
        ensure_jars(settings, JARS)
    assert str(jar_folder(settings)) in caught.value.message


def test_the_licences_in_the_documentation_are_those_of_the_lock():
    """docs/dependencies.md names every jar under the licence that its POM names."""
    page = Path(__file__).parents[2] / "docs" / "dependencies.md"
    assert licence_table(load_lock()) in page.read_text(encoding="utf-8")
