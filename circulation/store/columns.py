"""Column types: instants that keep their zone on any database, values packed as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import DateTime, Text
from sqlalchemy.types import TypeDecorator

from circulation.clock import HONG_KONG

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


_AHEAD = HONG_KONG.utcoffset(None)
"""Added by hand: a night reads millions of instants."""


class Instant(TypeDecorator[datetime]):
    """An instant: kept in UTC, given back in Hong Kong time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """To UTC without a zone, which both databases keep and compare alike."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's interface
        """The inverse."""
        return None if value is None else (value + _AHEAD).replace(tzinfo=HONG_KONG)


class Packed(TypeDecorator[Any]):
    """A value of a given type, as JSON in a text column."""

    impl = Text
    cache_ok = True

    def __init__(self, type_: Any) -> None:  # noqa: ANN401 - any type that msgspec knows
        super().__init__()
        self.type_ = type_
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(type_)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 - SQLAlchemy's interface
        """To JSON."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's interface
        """The inverse."""
        return None if value is None else self._decoder.decode(value)
