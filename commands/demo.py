"""``hkall demo``: the sample catalogue and what can be asked of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option

if TYPE_CHECKING:
    from base.settings import Settings
    from indexer.report import Report

NEXT = """\
What to try next (the demo's index stays until `hkall reindex` or `hkall demo` builds it anew):
  hkall --demo search 村上春樹 --facets language
  hkall --demo search 'title:(war OR peace) NOT language:eng'
  hkall --demo show {example}
  hkall --demo show {example} --marc | less
  hkall query parse '(中國 OR China) AND history NOT fiction'
A catalogue of your own, from any MARC files (these are the sample's):
  hkall reindex --source HKU={file}
The Elasticsearch node that was started stays up for the next command; to end it:
  hkall engine stop
Commands live in .venv/bin after `make demo`; `hkall -h` lists them all."""


@click.command("demo", context_settings=CONTEXT)
@json_option
@click.pass_context
def demo_command(ctx: click.Context, as_json: bool) -> None:
    """Index the sample catalogue of eight libraries and run a few searches.

    The sample has an index and a record store of its own; your catalogue is not touched. Its MARC
    files stay in HKALL_HOME/demo, to look at.

    \b
    Example: hkall demo
             hkall --demo search 'author:"Eileen Chang" OR author:張愛玲'
    """
    from demo.tour import build, demo_settings
    from indexer.progress import for_this_terminal

    settings = demo_settings(get_settings(ctx))
    report = build(settings, for_this_terminal())
    if as_json:
        _as_json(settings, report)
    else:
        _as_tables(settings, report)


def _as_json(settings: Settings, report: Report) -> None:
    from demo.tour import answers

    found = [{"command": stop.command, "answer": answer} for stop, answer in answers(settings)]
    emit_json({"report": report, "searches": found})


def _as_tables(settings: Settings, report: Report) -> None:
    from demo.tour import answers, sample_file
    from indexer.show import print_report
    from query.render import write_table

    print_report(report)
    example = ""
    for stop, answer in answers(settings):
        click.echo(f"\n{stop.shows}\n$ {stop.command}")
        write_table(answer, sys.stdout)
        example = example or (answer.hits[0].id if answer.hits else "")
    click.echo("\n" + NEXT.format(example=example, file=sample_file(settings, "HKU")))
