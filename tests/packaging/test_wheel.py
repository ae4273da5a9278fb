"""The wheel holds everything that the checkout's packages hold."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def built(form, out):
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", f"--{form}", "--outdir", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (file,) = out.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return zipfile.ZipFile(built("wheel", tmp_path_factory.mktemp("wheel")))


def packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [name for name in project["tool"]["hatch"]["build"]["only-include"] if "." not in name]


def test_every_tracked_file_of_the_packages_is_in_the_wheel(wheel):
    """hatchling obeys .gitignore: a data file that it drops would be missed only by users."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the tracked files are not known")
    tracked = subprocess.run(
        ["git", "ls-files", "--", *packages(), "cli.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert set(tracked) <= set(wheel.namelist())


def test_every_package_is_typed(wheel):
    """A type checker of a user sees the annotations of every room."""
    for name in packages():
        assert f"{name}/py.typed" in wheel.namelist()


def test_the_wheel_ships_no_tests_and_no_benchmarks(wheel):
    """What is shipped is what runs."""
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert not tops & {"tests", "bench", "tools", "docs"}


def test_the_source_distribution_can_be_tested_as_the_checkout_is(tmp_path):
    """Whoever packages it for a system runs `make test` in what was unpacked."""
    with tarfile.open(built("sdist", tmp_path)) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    wanted = {"Makefile", "requirements", "tests", "tools", "bench", "docs", "README.md", "LICENSE"}
    assert wanted <= tops
