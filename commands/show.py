"""``hkall show``: one title with its members and holdings, or its original records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from commands.options import CONTEXT, emit_json, get_settings, json_option, script_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from base.settings import Settings
    from query.scripts import Script
    from records import StoredRecord


@click.command("show", context_settings=CONTEXT)
@click.argument("record_id", metavar="ID")
@click.option("--marc", "form", flag_value="marc", help="The members' records as ISO 2709.")
@click.option("--marcxml", "form", flag_value="marcxml", help="The same as one MARCXML document.")
@json_option
@script_option
@click.pass_context
def show_command(
    ctx: click.Context, record_id: str, form: str | None, as_json: bool, script: Script | None
) -> None:
    """Show a title: both scripts, member records, holdings.

    ID is a title's id, or the number of any member record: HKU:b1234567.

    \b
    Examples:
      hkall show HKU:b1234567
      hkall show HKU:b1234567 --marc > records.mrc
    """
    from engine import open_connection
    from query import fetch_document

    if form and as_json:
        raise click.UsageError("--json and --marc or --marcxml exclude each other.")
    settings = get_settings(ctx)
    with open_connection(settings) as connection:
        document = fetch_document(connection, settings.titles_alias, record_id)
    if form:
        _write_records(form, settings, document)
    elif as_json:
        emit_json(document)
    else:
        from query.card import write_card

        write_card(document, sys.stdout, script=script or settings.search.script)


def _write_records(form: str, settings: Settings, document: dict[str, Any]) -> None:
    from records import export

    records = _originals(settings, document)
    if form == "marcxml":
        for line in export.marcxml_collection(records):
            click.echo(line)
        return
    for record in records:
        sys.stdout.buffer.write(export.to_iso2709(record))


def _originals(settings: Settings, document: dict[str, Any]) -> Iterator[StoredRecord]:
    from records import RecordId, export, open_store, store_path

    ids = [RecordId(each["institution"], each["control_number"]) for each in document["members"]]
    with open_store(store_path(settings)) as store:
        yield from export.originals(store, ids)
