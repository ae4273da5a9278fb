"""Notices to patrons: written into the store's outbox, sent from it as files or by SMTP."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from base.datafile import load_resource
from base.errors import UnreachableFailure
from circulation.clock import day_of
from circulation.model import Notice
from circulation.views import minute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from circulation.model import Loan, Request

NoticeKind = Literal["ready", "recalled", "cancelled", "lost", "reminder", "due", "overdue"]
_SMTP_PATIENCE = 30  # seconds


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Subject and text with places for what they speak of."""

    subject: str
    text: str


class MailFailure(UnreachableFailure):
    """The mail server does not answer or refuses; what was not sent stays in the outbox."""

    code = "mail"


@lru_cache(maxsize=1)
def templates() -> dict[NoticeKind, Template]:
    """The texts of every kind.

    Raises:
        DataFileError: the file is not sound.
    """
    return load_resource("circulation", "notices.yaml", dict[NoticeKind, Template])


def write(
    kind: NoticeKind, occasion: str, at: datetime, request: Request, loan: Loan | None, address: str
) -> Notice:
    """A notice. It is written once for each occasion; a renewal makes new ones."""
    due = f"{day_of(loan.due_at)}" if loan else ""
    template = templates()[kind]
    places = {
        "about": request.citation or request.item,
        "id": request.id,
        "due": minute(loan.due_at) if loan else "",
        "until": minute(request.hold_until) if request.hold_until else "",
        "pickup": request.pickup,
        "home": request.home,
        "reason": request.reason or request.state,
    }
    return Notice(
        id=".".join(filter(None, (request.id, kind, occasion, due))),
        request=request.id,
        kind=kind,
        occasion=occasion,
        at=at,
        due_at=loan.due_at if loan else None,
        address=address,
        subject=template.subject.format(**places),
        text=template.text.format(**places),
    )


def message(notice: Notice, sender: str) -> EmailMessage:
    """A notice as a mail; its Message-ID is the notice's, so that a second sending is known."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = notice.address
    made["Subject"] = " ".join(notice.subject.split())
    made["Date"] = format_datetime(notice.at)
    made["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    made.set_content(notice.text)
    return made


class Transport(Protocol):
    """How mails leave."""

    def send(self, mails: list[EmailMessage]) -> Iterator[int]:
        """Send; yields the place of each mail once it has gone.

        Raises:
            MailFailure: the rest has not.
        """


class Files:
    """Mails as files in a folder, for another program to take: one ``.eml`` each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mails: list[EmailMessage]) -> Iterator[int]:
        """Write; a mail that is there already is replaced by itself."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for at, mail in enumerate(mails):
            name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
            part = self._folder / f"{name}.part"
            part.write_bytes(mail.as_bytes())
            part.replace(self._folder / f"{name}.eml")
            yield at


class Smtp:
    """Mails over SMTP, in one connection; with STARTTLS where the server offers it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    def send(self, mails: list[EmailMessage]) -> Iterator[int]:
        """Send one after the other."""
        try:
            with smtplib.SMTP(self._host, self._port, timeout=_SMTP_PATIENCE) as server:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls()
                for at, mail in enumerate(mails):
                    server.send_message(mail)
                    yield at
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailure(
                f"{self._host}:{self._port}: {error}",
                hint="What was not sent stays in the outbox: run `hkall circ notices` again.",
            ) from error
