"""The database: made, upgraded, opened by many at once, its failures said in a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from base.errors import ConfigurationFailure, ExitCode, UnreachableFailure
from circulation.store.database import file_url, migrations, open_database
from circulation.store.schema import HEAD, metadata

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from circulation.store.store import open_store
print("ready", flush=True)
sys.stdin.readline()
with open_store(sys.argv[1]) as store, store.unit() as unit:
    assert unit.closures() == []
"""


def test_the_migrations_make_the_schema(database):
    """What the migrations make is what the tables say, on either database."""
    engine = open_database(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        head = ScriptDirectory.from_config(migrations(connection)).get_current_head()
    engine.dispose()
    assert head == HEAD


def test_the_first_migration_can_be_taken_back(database):
    """Down leaves nothing, up makes everything again."""
    engine = open_database(database)
    with engine.begin() as connection:
        command.downgrade(migrations(connection), "base")
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    engine.dispose()
    engine = open_database(database)
    with engine.connect() as connection:
        assert "event" in inspect(connection).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_open_an_empty_database_at_once(kind, tmp_path, request):
    """One makes the schema, the others wait for it."""
    if kind == "sqlite":
        url = file_url(tmp_path / "new" / "circulation.sqlite")
    else:
        url = request.getfixturevalue("postgres").empty()
    words = [sys.executable, "-c", OPEN, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(words, cwd=ROOT, text=True, **pipes) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    told = []
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        told.append((process.wait(120), process.stderr.read()))
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
    assert told == [(0, "")] * 4


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("mysql://localhost/x", ConfigurationFailure),
        ("nonsense", ConfigurationFailure),
        ("oracle+oracledb://localhost/x", ConfigurationFailure),
        ("postgresql://nobody@127.0.0.1:1/none", UnreachableFailure),
        ("sqlite:////proc/nothing/here.sqlite", OSError),
    ],
)
def test_a_database_that_cannot_be_used_is_said(url, failure):
    """Configuration is 3, not reachable is 4; a folder that cannot be made is the system's word."""
    with pytest.raises(failure) as caught:
        open_database(url)
    if failure is not OSError:
        assert caught.value.exit_code in (ExitCode.CONFIGURATION, ExitCode.UNREACHABLE)
        assert "\n" not in caught.value.message


def test_a_database_of_a_newer_version_is_said(tmp_path):
    """It is left as it is: one line, exit code 4."""
    url = file_url(tmp_path / "circulation.sqlite")
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UnreachableFailure, match="newer version of hkall"):
        open_database(url)


def test_a_file_that_is_no_database_is_said(tmp_path):
    """One line, exit code 4."""
    path = tmp_path / "circulation.sqlite"
    path.write_bytes(b"not a database at all, just words" * 100)
    with pytest.raises(UnreachableFailure, match="not a database"):
        open_database(file_url(path))
