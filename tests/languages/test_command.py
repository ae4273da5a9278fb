"""The command that prints the rates."""

import json

import pytest
from click.testing import CliRunner

from bench.languages.__main__ import main

pytestmark = [pytest.mark.es, pytest.mark.timeout(600)]


@pytest.fixture
def run(connection, monkeypatch):
    """Runs the command on this run's node."""
    endpoint = connection.endpoint
    monkeypatch.setenv("HKALL_ES_URL", endpoint.url)
    monkeypatch.setenv("HKALL_ES_API_KEY", endpoint.api_key)
    return lambda *words: CliRunner().invoke(main, words, catch_exceptions=False)


def test_rates_as_json(run):
    """Totals, rates by kind, and what failed; the exit code says whether a list is short."""
    done = run("--half", "open", "--list", "french", "--no-sample", "--json")
    report = json.loads(done.stdout)
    assert {total["list"] for total in report["totals"]} == {"french"}
    assert {rate["language"] for rate in report["rates"]} == {"fre"}
    counted = report["totals"][0]["counted"]
    assert sum(rate["pairs"] for rate in report["rates"]) == counted["pairs"]
    assert (done.exit_code == 0) == (counted["hold"] == counted["pairs"])  # French is to be whole


def test_rates_as_tables(run, connection):
    """The same as tables; the command's indices are gone afterwards."""
    done = run("--half", "open", "--list", "french", "--no-sample")
    assert "elision" in done.stdout
    assert connection.request("GET", "/hkall-languages-*", params={"allow_no_indices": True}) == {}


def test_an_unknown_list_is_refused(run):
    """One line, exit code 2."""
    done = run("--list", "klingon")
    assert done.exit_code == 2
    assert "klingon" in done.stderr
