"""What the demo proposes to try next: each line works as it stands."""

from __future__ import annotations

import shlex

import pytest
from click.testing import CliRunner

from cli import cli
from commands.demo import NEXT


@pytest.mark.es
def test_every_search_that_is_proposed_finds_titles(sample):
    """A search that finds nothing invites nobody."""
    lines = NEXT.format(example="", file="").splitlines()
    searches = [line for line in lines if line.startswith("  hkall --demo search ")]
    assert searches
    for line in searches:
        _, *words = shlex.split(line)
        result = CliRunner().invoke(
            cli, [*words, "--json"], env={"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache}
        )
        assert result.exit_code == 0, line
        assert '"total":0,' not in result.stdout, line
