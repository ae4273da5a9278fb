"""The pages of the documentation: their links lead somewhere, and tables list what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from base.settings import ENVIRONMENT, SECRETS, Settings, Source, load_settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    """A relative link, and a page that is named in passing, exist."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    named = re.findall(r"\b(?:docs/)?decisions/[\w-]+\.md", text)
    folder = ROOT / "docs"
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [name for name in named if not (folder / name.removeprefix("docs/")).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    """Each decision has the next number, in its name and in its title."""
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    for number, path in zip(numbers, DECISIONS, strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")


def leaves(value: object, prefix: str = "") -> dict[str, object]:
    if not isinstance(value, dict):
        return {prefix.rstrip("."): value}
    return {
        k: v for name, below in value.items() for k, v in leaves(below, f"{prefix}{name}.").items()
    }


def test_every_setting_has_its_row() -> None:
    """Each setting stands beside its variable and, where it is plain, its default."""
    defaults = leaves(msgspec.to_builtins(Settings()))
    variables = {key: name for name, key in ENVIRONMENT.items()}
    del defaults["source"]
    for key, default in defaults.items():
        shown = "–" if key in (*SECRETS, "home") else f"`{key}`"
        variable = f"`{variables[key]}`" if key in variables else "–"
        row = next(
            (r for r in CONFIGURATION.splitlines() if r.startswith(f"| {shown} | {variable} |")), ""
        )
        assert row, key
        if default not in ("", False):
            value = f"{default:g}" if isinstance(default, float) else str(default).lower()
            assert re.search(rf"\| `?{value}`? \|", row), row


def test_every_key_of_a_source_has_its_row() -> None:
    """As for settings."""
    for key in Source.__struct_fields__:
        assert f"| `{key}` |" in CONFIGURATION


def test_the_example_is_a_configuration(tmp_path: Path) -> None:
    """What the page shows can be copied."""
    example = re.findall(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)[0]
    (tmp_path / "hkall.toml").write_text(example, encoding="utf-8")
    loaded = load_settings(environ={"HKALL_HOME": str(tmp_path)}).settings
    assert loaded.source[0].institution == tomllib.loads(example)["source"][0]["institution"]
    assert loaded.engine_kind == "url"
