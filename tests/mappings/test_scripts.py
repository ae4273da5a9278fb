"""Which script a text is in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import Run, has_cjk, has_hangul, has_kana, has_latin, runs

TEXTS = st.text(st.sampled_from("aé1 中国ガｶ가ㆍ・,.+#'\u3000𠮷й") | st.characters(), max_size=30)


@pytest.mark.parametrize(
    ("text", "cjk", "kana", "hangul", "latin"),
    [
        ("Lu Xun", False, False, False, True),
        ("魯迅", True, False, False, False),
        ("𠮷野家", True, False, False, False),
        ("吾輩は猫", True, True, False, False),
        ("ｶﾞﾗｽ", True, True, False, False),
        ("한국사", True, False, True, False),
        ("魯迅 Lu", True, False, False, True),
        ("Война", False, False, False, True),
        ("1984", False, False, False, True),
        ("・ㆍ—,。", False, False, False, False),
        ("", False, False, False, False),
    ],
)
def test_scripts_of_a_text(text: str, cjk: bool, kana: bool, hangul: bool, latin: bool) -> None:
    """Each predicate answers for its script only; signs belong to none."""
    assert (has_cjk(text), has_kana(text), has_hangul(text)) == (cjk, kana, hangul)
    assert has_latin(text) is latin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("魯迅 Lu Xun", [Run("cjk", "魯迅", 0), Run("latin", "Lu Xun", 3)]),
        ("ABC中文", [Run("latin", "ABC", 0), Run("cjk", "中文", 3)]),
        ("中國 歷史", [Run("cjk", "中國 歷史", 0)]),
        ("東京・大阪", [Run("cjk", "東京・大阪", 0)]),
        ("C++程式", [Run("latin", "C++", 0), Run("cjk", "程式", 3)]),
        ("  .NET ", [Run("latin", ".NET", 2)]),
        ("++ — ", []),
        ("𠮷a", [Run("cjk", "𠮷", 0), Run("latin", "a", 1)]),
    ],
)
def test_runs(text: str, expected: list[Run]) -> None:
    """Runs are maximal, in order, and count code points."""
    assert runs(text) == expected


@given(TEXTS)
def test_runs_cover_every_letter(text: str) -> None:
    """Runs stand where they say, alternate, and leave out nothing that is a letter or digit."""
    found = runs(text)
    assert all(text[run.start : run.start + len(run.text)] == run.text for run in found)
    assert all(one.script != other.script for one, other in pairwise(found))
    rest = list(text)
    for run in found:
        rest[run.start : run.start + len(run.text)] = " " * len(run.text)
    assert not has_latin("".join(rest))
    assert not has_cjk("".join(rest))


@given(TEXTS)
def test_a_run_is_of_its_script(text: str) -> None:
    """A Latin run has no CJK character, a CJK run no other letter."""
    for run in runs(text):
        assert has_cjk(run.text) is (run.script == "cjk")
        assert has_latin(run.text) is (run.script == "latin")
