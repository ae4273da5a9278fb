"""Standard streams that are closed, full or no longer read, and Ctrl-C outside a command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from base.errors import Terminated
from commands.interrupts import raised, silent
from commands.options import joined

COMMAND = [sys.executable, "-m", "cli"]


def ended(redirection, *words):
    """Exit code and stderr of a command behind a redirection of the shell's."""
    line = f'"$@" {redirection}'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, "bash", *COMMAND, *words],
        check=False,
        text=True,
        stderr=subprocess.PIPE,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("words", [("-h",), ("--version",), ("config", "show"), ("status",)])
@pytest.mark.parametrize(
    "redirection",
    ["| true", "2>&1 | true", ">&-", "2>&-", "0<&- 1>&- 2>&-"],
    ids=["unread", "both unread", "no stdout", "no stderr", "none"],
)
def test_streams_that_nobody_has_fail_no_command(redirection, words):
    """Whatever stands, or does not stand, behind its streams, a command that did its work ends with 0."""
    code, stderr = ended(redirection, *words)
    assert (code, stderr) == (0, "")


def test_a_closed_stdout_is_never_the_next_file():
    """A file that a command opens does not take the place of a stdout that was closed."""
    program = (
        "from commands import streams; streams.prepare();"
        "file = open('pyproject.toml'); assert file.fileno() > 2"
    )
    done = subprocess.run(
        ["bash", "-c", '"$@" >&-', "bash", sys.executable, "-c", program], check=False
    )
    assert done.returncode == 0


def test_words_are_utf8_also_where_the_locale_knows_ascii_only():
    """What Python kept as bytes of the command line is read as UTF-8."""
    kept = "紅樓夢".encode().decode("ascii", "surrogateescape")
    assert joined((kept, "dream")) == "紅樓夢 dream"


def test_an_interruption_is_silent_outside_a_command_and_an_exception_within():
    """Ctrl-C ends the process while nothing is under way; a command can clear up after it."""
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a run in the background ignores it
    with silent():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        with raised():
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
            with pytest.raises(Terminated):
                os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_an_ignored_interruption_stays_ignored():
    """What runs under nohup or in the background of a script is not ended by Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with silent(), raised():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
