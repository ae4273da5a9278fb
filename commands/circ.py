"""``hkall circ``: requests, loans, fines between the libraries."""

from __future__ import annotations

from importlib import import_module

import click

from commands.options import CONTEXT

PARTS = ("circ_reader", "circ_desk", "circ_beside", "circ_stock", "circ_night", "circ_staff")


class Parts(click.Group):
    """A group whose commands live in several modules, imported when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """In the order of the modules."""
        return list(self._all())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's interface
        """The command of that name, or None."""
        return self._all().get(cmd_name)

    def _all(self) -> dict[str, click.Command]:
        if not self.commands:
            for part in PARTS:
                for command in import_module(f"commands.{part}").COMMANDS:
                    self.add_command(command)
        return dict(self.commands)


@click.group("circ", cls=Parts, context_settings=CONTEXT)
def circ_command() -> None:
    """Request here, collect there, return, renew, recall, pay.

    \b
    hkall circ patrons readers.csv
    hkall circ stock
    hkall circ request --patron HKU:0123 --title CUHK:b1234567
    hkall circ ship K9WT8DAWG5
    """
