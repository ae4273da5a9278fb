"""Pages that are made from tables and tests are as these are now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from circulation.diagram import page
from circulation.policy import Policies

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("scenarios", ROOT / "tools" / "scenarios.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_the_state_machine_is_current():
    """docs/circulation-states.md is what `hkall circ machine` prints."""
    written = (ROOT / "docs" / "circulation-states.md").read_text(encoding="utf-8")
    assert written == page()


def test_the_page_of_scenarios_is_current(tool):
    """docs/circulation-scenarios.md is what the tests say."""
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()


def test_scenarios_have_a_name_of_their_own_a_rule_and_a_known_source(tool):
    """No two share a name; each names its rule in a sentence and sources that are listed."""
    found = list(tool.scenarios())
    known = set(Policies().sources)
    assert len({each.name for each in found}) == len(found) > 80
    for each in found:
        assert each.rule.endswith("."), each.name
        assert set(each.source.split()) <= known, each.name


def test_every_source_is_cited(tool):
    """sources.yaml lists what values and scenarios cite, and no more."""
    policies = Policies()
    cited = {v.source for f in policies.files.values() for r in f.rules for v in f.entries(r)}
    cited |= {key for each in tool.scenarios() for key in each.source.split()}
    noted = " ".join(v.note for f in policies.files.values() for r in f.rules for v in f.entries(r))
    assert {key for key in policies.sources if key not in cited and key not in noted} == set()
