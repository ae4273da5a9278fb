"""`hkall quarantine` on a store, without a server."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from click.testing import CliRunner

from base.settings import load_settings
from cli import cli
from records import Origin, open_store, store_path
from records.quarantine import Quarantined

DATA = b"\x1fa\xff"


@pytest.fixture
def run(tmp_path):
    """Gives commands to a home with one record in quarantine."""
    origin = Origin("a.mrc", 7, len(DATA))
    entry = Quarantined("HKU", origin, "bad-utf8", "detail", "n1", 1, "iso2709", DATA)
    with open_store(
        store_path(load_settings({"home": str(tmp_path)}, environ={}).settings)
    ) as store:
        store.quarantine.add([entry])

    def give(*arguments):
        result = CliRunner().invoke(
            cli, ["quarantine", *arguments], env={"HKALL_HOME": str(tmp_path)}
        )
        assert result.exit_code == 0, result.output
        return result.stdout_bytes

    return give


def test_a_record_is_shown_to_people_programs_and_readers_of_marc(run):
    """As text, as JSON with its bytes in Base64, and as the bytes themselves."""
    assert b"bad-utf8: detail\na.mrc, bytes 7 to 10\n" in run("show", "1")
    shown = json.loads(run("show", "1", "--json"))
    assert (shown["reason"], b64decode(shown["data"])) == ("bad-utf8", DATA)
    assert run("show", "1", "--raw") == DATA


def test_what_is_purged_is_counted(run):
    """In words, and as JSON."""
    assert json.loads(run("purge", "--reason", "bad-utf8", "--json")) == {"removed": 1}
    assert run("purge", "--all") == b"0 removed\n"
