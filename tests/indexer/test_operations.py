"""The units and cron lines of docs/operations.md: what stands there is what runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
UNITS = dict(
    re.findall(r"`/etc/systemd/system/(hkall-[\w.-]+)`:\n\n```ini\n(.*?)```", PAGE, re.DOTALL)
)
(CRON,) = re.findall(r"```cron\n(.*?)\n```", PAGE, re.DOTALL)
HKALL = "/opt/hkall/bin/hkall"
HOME = "/var/lib/hkall"


def lines(unit, key):
    return re.findall(rf"^{key}=(.*)$", UNITS[unit], re.MULTILINE)


def test_the_page_has_a_service_its_timer_and_the_node():
    """Each unit that another one names is on the page."""
    assert set(UNITS) == {"hkall-engine.service", "hkall-night.service", "hkall-night.timer"}
    named = set(re.findall(r"hkall-[\w-]+\.(?:service|timer)", "".join(UNITS.values())))
    assert named <= set(UNITS)


def test_systemd_finds_nothing_wrong(tmp_path):
    """systemd-analyze accepts every unit as it stands on the page, and the timer's calendar."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here (package systemd)")
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace(HKALL, sys.executable))
    verify = ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "hkall" in line] == []
    (calendar,) = lines("hkall-night.timer", "OnCalendar")
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


def test_the_exit_codes_that_are_no_failure():
    """A run that needs a person, and one that was told to stop, do not fail their service."""
    assert lines("hkall-night.service", "SuccessExitStatus") == ["1 143"]
    assert lines("hkall-engine.service", "SuccessExitStatus") == ["143"]


@pytest.fixture
def here(catalogue, marc, write):
    """Runs a command line of the page, in the home of a catalogue with one configured source."""
    settings = catalogue.settings
    home = Path(settings.home)
    path = write("hku.mrc", marc.iso(marc.record("1"), marc.record("2")))
    config = home / "night.toml"
    config.write_text(f'[[source]]\ninstitution = "HKU"\nfiles = ["{path}"]\n')
    endpoint = engine.access.locate(settings, start=False)
    environment = {
        "PATH": os.environ["PATH"],
        "HKALL_CONFIG": str(config),
        "HKALL_PREFIX": settings.prefix,
        "HKALL_ES_URL": endpoint.url,
        "HKALL_ES_API_KEY": endpoint.api_key,
    }

    def run(command, **more):
        places = {
            HKALL: f"{sys.executable} -m cli",
            HOME: str(home),
            "/var/cache/hkall": settings.cache,
        }
        for there, ours in places.items():
            command = command.replace(there, ours)
        return subprocess.run(
            ["sh", "-c", command],
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.es
def test_the_service_does_a_night(here, catalogue):
    """ExecStart with the unit's environment brings the catalogue up to date; its output is the report."""
    (command,) = lines("hkall-night.service", "ExecStart")
    (assignments,) = lines("hkall-night.service", "Environment")
    done = here(f"env {assignments} {command}")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["titles"] == 2
    assert set(catalogue.titles()) == {"HKU:1", "HKU:2"}


@pytest.mark.es
def test_the_cron_line_does_a_night(here, tmp_path):
    """The words after the five of the schedule, as a shell reads them; the log gets a line a night."""
    schedule = CRON.split()[:5]
    assert all(re.fullmatch(r"[\d*/,-]+", each) for each in schedule)
    command = CRON.split(maxsplit=5)[5].replace("/var/log/hkall", shlex.quote(str(tmp_path)))
    assert "%" not in command  # cron would make a new line of it
    for _ in range(2):
        assert here(command).returncode == 0
    first, second = map(json.loads, (tmp_path / "night.jsonl").read_text().splitlines())
    assert (first["mode"], second["mode"]) == ("fresh", "none")
    assert (tmp_path / "night.err").exists()
