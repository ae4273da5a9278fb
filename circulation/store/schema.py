"""The tables. A column is called after the field of the value that it keeps."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from circulation import model
from circulation.store.columns import Instant, Packed

HEAD = "0001"
"""The migration that makes the schema what it is here."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only its INTEGER keys
_NAME = String(255)
_HELD = text("request <> ''")  # one request never holds two items, nor an item two requests

event = Table(
    "event",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("by", _NAME, nullable=False),
    Column("record", _NAME, nullable=False, index=True),
    Column("request", _NAME, nullable=False, index=True),
    Column("data", Text, nullable=False),
)
cursor = Table(
    "cursor",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("number", _NUMBER, nullable=False),
)
patron = Table(
    "patron",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("institution", _NAME, nullable=False),
    Column("number", _NAME, nullable=False),
    Column("category", _NAME, nullable=False),
    Column("name", _NAME, nullable=False),
    Column("email", _NAME, nullable=False),
    Column("valid_until", Date),
    Column("blocked", Text, nullable=False),
    UniqueConstraint("institution", "number"),
)
card = Table(
    "card",
    metadata,
    Column("barcode", _NAME, primary_key=True),
    Column("patron", ForeignKey("patron.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", _NAME, nullable=False),
    Column("valid_until", Date),
)
item = Table(
    "item",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("institution", _NAME, nullable=False),
    Column("record", _NAME, nullable=False, index=True),
    Column("format", _NAME, nullable=False),
    Column("lending", _NAME, nullable=False),
    Column("volume", _NAME, nullable=False),
    Column("status", _NAME, nullable=False),
    Column("price_cents", Integer),
    Column("holds", Integer, nullable=False),
    Column("request", _NAME, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Index("uq_item_request", "request", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
)
request = Table(
    "request",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("kind", _NAME, nullable=False),
    Column("state", _NAME, nullable=False),
    Column("home", _NAME, nullable=False),
    Column("category", _NAME, nullable=False),
    Column("pickup", _NAME, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("wanted", Packed(tuple[str, ...]), nullable=False),
    Column("volume", _NAME, nullable=False),
    Column("citation", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("fee_cents", Integer, nullable=False),
    Column("lender", _NAME, nullable=False),
    Column("item", _NAME, nullable=False),
    Column("denied_by", Packed(tuple[str, ...]), nullable=False),
    Column("hold_until", Instant),
    Column("expires_on", Date),
    Column("changed_at", Instant),
    Column("reason", Text, nullable=False),
    Index(None, "state", "hold_until"),
    Index(None, "state", "expires_on"),
)
loan = Table(
    "loan",
    metadata,
    Column("request", _NAME, primary_key=True),
    Column("item", _NAME, nullable=False),
    Column("home", _NAME, nullable=False),
    Column("lender", _NAME, nullable=False),
    Column("lent_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("terms", Packed(model.Terms), nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("recalled_at", Instant),
    Column("due_before_recall", Instant),
    Column("claimed_at", Instant),
    Column("lost_at", Instant),
    Column("returned_at", Instant),
    Index(None, "home", "due_at"),
)
fine = Table(
    "fine",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("request", _NAME, nullable=False, index=True),
    Column("institution", _NAME, nullable=False),
    Column("reason", _NAME, nullable=False),
    Column("cents", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("paid_cents", Integer, nullable=False),
    Column("waived_cents", Integer, nullable=False),
)
payment = Table(
    "payment",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("fine", _NAME, nullable=False, index=True),
    Column("cents", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("waived", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)
closure = Table(
    "closure",
    metadata,
    Column("institution", _NAME, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("opens", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)
balance = Table(
    "balance",
    metadata,
    Column("institution", _NAME, primary_key=True),
    Column("lent", Integer, nullable=False),
    Column("borrowed", Integer, nullable=False),
)
borrower = Table(
    "borrower",
    metadata,
    Column("request", _NAME, primary_key=True),
    Column("patron", ForeignKey("patron.id"), nullable=False, index=True),
)
notice = Table(
    "notice",
    metadata,
    Column("id", _NAME, primary_key=True),
    Column("request", _NAME, nullable=False),
    Column("kind", _NAME, nullable=False),
    Column("occasion", _NAME, nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("address", _NAME, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, index=True),
    Index(None, "request", "kind"),
)

TABLES: dict[type, Table] = {
    model.Item: item,
    model.Request: request,
    model.Loan: loan,
    model.Fine: fine,
    model.Payment: payment,
    model.Closure: closure,
    model.Balance: balance,
}
"""Where each thing is kept."""
