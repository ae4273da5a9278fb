"""Write docs/circulation-scenarios.md: every rule of circulation with the test that shows it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests" / "circulation"
PAGE = ROOT / "docs" / "circulation-scenarios.md"

HEAD = """# Scenarios of circulation

Every rule of lending that the sources state, or that was decided where they are silent (`ours`), with the
test that shows it. The keys of the sources are those of `circulation/policies/sources.yaml`. This page is
made from the tests: `python tools/scenarios.py`; a test says when it is out of date.

| scenario | rule | source | test |
| --- | --- | --- | --- |
"""


class Scenario(NamedTuple):
    """A test that shows a rule."""

    name: str
    rule: str
    source: str
    test: str


def scenarios() -> Iterator[Scenario]:
    """The scenarios of all tests, in the order of the files."""
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield from _of(node, path.name)


def _of(node: ast.FunctionDef, file: str) -> Iterator[Scenario]:
    for decorator in node.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and ast.unparse(decorator.func) == "pytest.mark.scenario"
        ):
            (name,) = decorator.args
            source = {keyword.arg: keyword.value for keyword in decorator.keywords}["source"]
            rule = " ".join((ast.get_docstring(node) or "").split())
            yield Scenario(
                ast.literal_eval(name), rule, ast.literal_eval(source), f"`{file}::{node.name}`"
            )


def page() -> str:
    """The page in Markdown."""
    rows = [f"| {' | '.join(row)} |" for row in scenarios()]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.write_text(page(), encoding='utf-8'):,} characters\n")
