"""How often the right title is suggested or offered, and what it costs: ``python -m bench.suggestions``.

Takes titles of the sample catalogue, by script. *Typed*: after so many characters, the title is among
the first ten suggestions. *Damaged*: one character replaced, dropped or transposed with its
neighbour; of the queries that no longer find the title in their first ten hits, how many bring an
offer that does. *Still hit*: the damaged query finds the title all the same. *Others*: it finds
enough other titles, so that nothing is offered; these count as failures. The seed is fixed; times
are of this machine, for comparison within the table.
"""

from __future__ import annotations

import random
import statistics
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from mappings.scripts import has_cjk, has_hangul, has_kana
from mappings.suggestions import typed_key
from query import SearchRequest, search
from query.live import ask
from query.suggest import suggest
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine import Connection
    from query import Hit

SEED = 20_250_101
FIRST = 10
SHORTEST = 3
TYPED = {"han": 2, "kana": 3, "hangul": 3, "romanised": 8, "latin": 8}
DAMAGES = ("replaced", "dropped", "transposed")


class Title(NamedTuple):
    """A title of the index in one of its forms."""

    script: str
    text: str


class Outcome(NamedTuple):
    """Of one damaged title: is it found all the same, is too little found, is the right one offered."""

    script: str
    damage: str
    found: bool
    asked: bool
    right: bool
    milliseconds: float


def titles_of(connection: Connection, alias: str) -> list[Title]:
    """Every form of every title that the index shows, once, in order of its text."""
    body: dict[str, Any] = {"query": {"match_all": {}}, "size": 10_000, "_source": ["display"]}
    hits = ask(connection, "POST", f"/{alias}/_search", alias, body)["hits"]["hits"]
    found = set()
    for hit in hits:
        display = hit["_source"]["display"]
        romanised = display.get("title_romanised", "")
        found.add(Title(_script(display["title"]), display["title"]))
        if romanised:
            found.add(Title("romanised", romanised))
    return sorted(title for title in found if sum(map(str.isalnum, title.text)) >= SHORTEST)


def _script(text: str) -> str:
    if has_hangul(text):
        return "hangul"
    if has_kana(text):
        return "kana"
    return "han" if has_cjk(text) else "latin"


def damaged(text: str, damage: str, letters: Sequence[str], chance: random.Random) -> str:
    """The text with one letter replaced, dropped or transposed with its neighbour."""
    places = [at for at, c in enumerate(text) if c.isalnum()]
    pairs = [
        at
        for at in places
        if at + 1 < len(text) and text[at + 1].isalnum() and text[at] != text[at + 1]
    ]
    at = chance.choice(pairs or places)
    if damage == "dropped":
        return text[:at] + text[at + 1 :]
    if damage == "transposed":
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    other = chance.choice([letter for letter in letters if letter != text[at].lower()])
    return text[:at] + other + text[at + 1 :]


def outcomes(
    connection: Connection, alias: str, titles: Sequence[Title], letters: Sequence[str]
) -> Iterator[Outcome]:
    """What becomes of each title under each kind of damage."""
    chance = random.Random(SEED)  # noqa: S311 - a fixed choice, no secret
    for title in titles:
        words = query_of(title.text)
        for damage in DAMAGES:
            text = damaged(words, damage, letters, chance)
            began = time.perf_counter()
            result = search(connection, alias, SearchRequest(text, limit=FIRST))
            took = (time.perf_counter() - began) * 1000
            asked = result.total < tables().corrections.enough
            right = any(
                finds(connection, alias, offer.query, title) for offer in result.suggestions
            )
            found = _among(result.hits, title)
            yield Outcome(title.script, damage, found, asked, right, took)


def query_of(text: str) -> str:
    """The words of a title as a reader types them: without signs that mean something in a query."""
    return " ".join("".join(c if c.isalnum() else " " for c in text).split()).lower()


def finds(connection: Connection, alias: str, query: str, title: Title) -> bool:
    """Whether the title is among the first ten hits."""
    request = SearchRequest(query, limit=FIRST, offers=False)
    hits = search(connection, alias, request).hits
    return _among(hits, title)


def _among(hits: Sequence[Hit], title: Title) -> bool:
    return any(title.text in (hit.title, hit.title_romanised) for hit in hits)


def suggested(connection: Connection, alias: str, title: Title) -> tuple[bool, float]:
    """Whether the title is suggested after its first characters, and how long that took."""
    text = title.text[: TYPED[title.script]]
    began = time.perf_counter()
    found = suggest(connection, alias, text, FIRST)
    took = (time.perf_counter() - began) * 1000
    key = typed_key(title.text)
    forms = (form for one in found for form in (one.heading, one.romanised) if form)
    return any(key.startswith(typed_key(form)) for form in forms), took


def _letters(titles: Sequence[Title]) -> list[str]:
    """The letters and characters that a slip puts in: those of the titles of the script."""
    return sorted({c for title in titles for c in title.text.lower() if c.isalnum()})


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {100 * part / whole:.0f} %" if whole else "–"


def report(connection: Connection, alias: str, sample: int, say: Callable[[str], None]) -> None:
    """Print both tables."""
    found = titles_of(connection, alias)
    chance = random.Random(SEED)  # noqa: S311 - a fixed choice, no secret
    say(f"{'script':10} {'titles':>6}  {'typed: suggested':20} {'median ms':>9}")
    chosen = {}
    for script, typed in TYPED.items():
        of_script = [title for title in found if title.script == script]
        chosen[script] = chance.sample(of_script, min(sample, len(of_script)))
        answers = [suggested(connection, alias, title) for title in chosen[script]]
        rate = _share(sum(right for right, _ in answers), len(answers))
        median = statistics.median([took for _, took in answers] or [0])
        say(f"{script:10} {len(answers):6}  after {typed}: {rate:13} {median:9.1f}")
    say("")
    say(
        f"{'script':10} {'damage':10} {'right one offered':20} {'still hit':>9} {'others':>9} {'median ms':>9}"
    )
    totals = [0, 0]
    for script, titles in chosen.items():
        made = list(outcomes(connection, alias, titles, _letters(titles)))
        for damage in DAMAGES:
            rows = [one for one in made if one.damage == damage]
            lost = [one for one in rows if not one.found]
            right = sum(one.right for one in lost)
            totals = [totals[0] + right, totals[1] + len(lost)]
            median = statistics.median([one.milliseconds for one in lost if one.asked] or [0])
            found, other = len(rows) - len(lost), sum(not one.asked for one in lost)
            rate = _share(right, len(lost))
            say(f"{script:10} {damage:10} {rate:20} {found:9} {other:9} {median:9.1f}")
    say(f"{'all':21} {_share(*totals)}")


@click.command()
@click.option("--sample", default=40, show_default=True, help="Titles of each script.")
def main(sample: int) -> None:
    """Print the rates over the sample catalogue, which is built if it is not there."""
    from base.settings import load_settings
    from demo.tour import build, demo_settings
    from engine import open_connection
    from query import NoIndexError

    settings = demo_settings(load_settings().settings)
    with open_connection(settings) as connection:
        try:
            report(connection, settings.titles_alias, sample, click.echo)
        except NoIndexError:
            build(settings)
            report(connection, settings.titles_alias, sample, click.echo)


if __name__ == "__main__":
    main()
