"""Memory and disk: the heap that is chosen, and what is refused before the start."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from base.settings import load_settings
from engine import embedded
from engine.errors import PortInUse, TooLittleDisk, TooLittleMemory
from engine.machine import Memory, check_disk, check_memory, free_mib, heap_mib, memory, node_file

LIMITS = node_file().limits


@given(st.integers(0, 2**21))
def test_a_heap_from_memory_keeps_its_bounds(total):
    """Whatever the machine has, the heap lies between the smallest and the largest one."""
    heap = heap_mib("", Memory(total, total), LIMITS)
    assert LIMITS.heap_min_mib <= heap <= LIMITS.heap_max_mib


@pytest.mark.parametrize(
    ("setting", "total", "heap"),
    [("", 8192, 2048), ("", 1024, 512), ("", 65536, 4096), ("900m", 65536, 900), ("2g", 512, 2048)],
)
def test_the_heap(setting, total, heap):
    """The setting wins; without it a quarter of the memory."""
    assert heap_mib(setting, Memory(total, total), LIMITS) == heap


def test_too_little_memory_is_refused_with_numbers():
    """The message says what is needed and what is free; exit code 7."""
    with pytest.raises(TooLittleMemory, match=r"needs 1324 MiB.*1000 MiB are free") as caught:
        check_memory(1024, Memory(8192, 1000), LIMITS)
    assert caught.value.exit_code == 7
    assert "HKALL_ENGINE_HEAP" in caught.value.hint


def test_a_heap_larger_than_the_machine_is_refused_before_anything_happens(tmp_path):
    """A start that cannot fit fetches nothing and starts nothing."""
    flags = {"home": str(tmp_path), "engine.heap": "9000g", "engine.offline": True}
    settings = load_settings(flags, environ={}).settings
    with pytest.raises(TooLittleMemory):
        engine.start(settings)
    assert engine.status(settings).running is False
    finding = next(f for f in engine.doctor(settings) if f.subject == "memory")
    assert (finding.level, finding.exit_code) == ("lack", 7)


def test_too_little_disk_is_refused(tmp_path):
    """The message names the folder, even one that does not exist yet, and the setting that moves it."""
    folder = tmp_path / "not" / "yet"
    with pytest.raises(TooLittleDisk, match="MiB of disk are free") as caught:
        check_disk(folder, free_mib(folder) + 1_000_000, "the node's data", "HKALL_HOME")
    assert caught.value.exit_code == 7
    assert "HKALL_HOME" in caught.value.hint
    check_disk(folder, 0, "nothing", "HKALL_HOME")


def test_memory_of_this_machine_is_plausible(tmp_path):
    """Without a control group the machine's own numbers hold."""
    found = memory(tmp_path)
    assert 0 < found.available <= found.total


def test_a_container_sees_its_own_limit(tmp_path):
    """A control group's limit counts, less what it uses and cannot drop."""
    mib = 1024 * 1024
    (tmp_path / "memory.max").write_text(f"{600 * mib}\n")
    (tmp_path / "memory.current").write_text(f"{300 * mib}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {100 * mib}\nactive_file 3\n")
    assert memory(tmp_path) == Memory(600, 400)


def test_no_limit_is_no_limit(tmp_path):
    """A control group that says `max` limits nothing."""
    (tmp_path / "memory.max").write_text("max\n")
    assert memory(tmp_path).total == memory(tmp_path / "nowhere").total


def test_a_port_in_use_is_named(tmp_path):
    """Another program on the configured port is a configuration error that names the port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        flags = {"home": str(tmp_path), "engine.port": port, "engine.heap": "256m"}
        settings = load_settings({**flags, "engine.offline": True}, environ={}).settings
        with pytest.raises(PortInUse, match=str(port)) as caught:
            engine.start(settings)
    assert caught.value.exit_code == 3
    assert "HKALL_ENGINE_PORT" in caught.value.hint


def test_node_settings_keep_the_node_to_the_machine():
    """The node is told to listen on the loopback, on the configured port."""
    settings = load_settings({"engine.port": 9321}, environ={}).settings
    given_to_node = embedded.node_settings(settings)
    assert given_to_node["network.host"] == "127.0.0.1"
    assert given_to_node["http.port"] == "9321"
