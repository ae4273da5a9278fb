"""The frame of the command line: help, misspelt names, expected failures, lazy imports."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from base.errors import ExitCode, HkallError
from cli import COMMANDS, cli
from commands.options import joined


@pytest.fixture
def run(tmp_path):
    runner = CliRunner(env={"HKALL_HOME": str(tmp_path), "HKALL_ES_URL": None})
    return lambda *words: runner.invoke(cli, words, prog_name="hkall")


def walk(command, path=()):
    yield path, command
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from walk(command.get_command(None, name), (*path, name))


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_has_help_with_an_example(run, flag):
    """-h and --help work on each command, and each leaf shows how it is used."""
    for path, command in walk(cli):
        result = run(*path, flag)
        assert result.exit_code == 0, path
        if not hasattr(command, "list_commands"):
            assert "hkall" in result.output.split("\n", 1)[1], f"{path} has no example"


def test_a_misspelt_command_is_answered_with_the_nearest(run):
    """Usage errors exit with 2 and name what was probably meant."""
    result = run("serch", "x")
    assert result.exit_code == ExitCode.USAGE
    assert "search" in result.output


def test_no_value_is_cut_to_fit_the_terminal(run, monkeypatch):
    """Nor taken for markup: what a table says is what can be copied."""
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("HKALL_MAVEN_REPOSITORY", "https://mirror.example.org/[bold]/maven2")
    result = run("config", "show")
    assert "engine.maven_repository" in result.stdout
    assert "https://mirror.example.org/[bold]/maven2" in result.stdout


def test_an_expected_failure_is_one_line_its_way_out_and_its_code(run):
    """No traceback: the message, the hint, the documented exit code."""
    result = run("--config", "absent.toml", "config", "show")
    assert result.exit_code == ExitCode.CONFIGURATION
    assert result.stdout == ""
    assert result.stderr.splitlines()[0].startswith("hkall: absent.toml: no such")
    assert "Traceback" not in result.output


def hkall(*words, **options):
    return subprocess.run([sys.executable, "-m", "cli", *words], check=False, text=True, **options)


def test_a_full_disk_behind_stdout_is_one_line():
    """What cannot be written is said, with the exit code of a full disk."""
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip(f"no {device} here")
    for words in (["config", "show"], ["config", "show", "--json"], ["query", "parse", "a b"]):
        with device.open("w") as full:
            done = hkall(*words, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == ExitCode.RESOURCES, words
        assert done.stderr.splitlines()[0].startswith("hkall: cannot go on: "), words
        assert len(done.stderr.splitlines()) == 2, words


def test_output_is_utf8_whatever_the_locale():
    """A reading in Chinese comes out whole where the environment says ASCII."""
    environ = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = hkall("query", "parse", "紅樓夢", env=environ, capture_output=True, encoding="utf-8")
    assert done.returncode == 0
    assert "read as: 紅樓夢" in done.stdout


def test_a_home_that_is_no_folder_is_a_configuration_error(tmp_path):
    """Commands that need it say which path is wrong; none shows a traceback."""
    file = tmp_path / "file"
    file.touch()
    runner = CliRunner(env={"HKALL_HOME": str(file), "HKALL_ES_URL": None})
    for words in (["reindex", "--source", "HKU=a.mrc"], ["demo"], ["engine", "start"]):
        result = runner.invoke(cli, words)
        assert result.exit_code == ExitCode.CONFIGURATION, words
        assert str(file) in result.stderr.splitlines()[0], words


def test_config_show_hides_secrets(tmp_path):
    """A secret is shown as set, with where it was set, never as itself."""
    env = {"HKALL_HOME": str(tmp_path), "HKALL_ES_API_KEY": "s3cret", "HKALL_ES_URL": None}
    result = CliRunner(env=env).invoke(cli, ["config", "show"])
    assert "s3cret" not in result.output
    assert "HKALL_ES_API_KEY" in result.output


def test_every_failure_has_an_exit_code_of_its_own_class():
    """Each class of failure of the base room maps to one documented code."""
    classes = [cls for cls in HkallError.__subclasses__() if cls.__module__ == "base.errors"]
    codes = [cls.exit_code for cls in classes]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(ExitCode)


def test_the_frame_imports_nothing_heavy():
    """Starting `hkall search` must not pay for what it does not use."""
    heavy = ["elasticsearch", "pymarc", "yaml", "icu", "rich", "jgo", "psutil"]
    code = (
        "import sys, cli\n"
        f"import {COMMANDS['search']}\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "typed", "text"),
    [(("紅樓夢", "OR", "x"), "", "紅樓夢 OR x"), (("-",), "紅樓夢 OR\nx\n", "紅樓夢 OR\nx")],
)
def test_a_dash_is_standard_input(monkeypatch, words, typed, text):
    """Words are joined; a lone dash stands for what is piped in, in UTF-8."""
    stream = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)
    assert joined(words) == text
