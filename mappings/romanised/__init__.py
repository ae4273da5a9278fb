"""Romanised forms of Chinese, Japanese and Korean: the same units from a record and from a query.

A record says `Hung lou mêng`, a reader types `Honglou meng`: both become the units ``hong lou meng``,
and an index of joined runs of units finds either. Languages are named ``zh``, ``ja``, ``ko``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from mappings.romanised.chinese import Scheme, scheme_of
    from mappings.romanised.hanja import hangul_of
    from mappings.romanised.queries import LONGEST_RUN, may_join, query_keys, windows
    from mappings.romanised.units import derived_units, index_units, language_of

__all__ = [
    "LONGEST_RUN",
    "Scheme",
    "derived_units",
    "hangul_of",
    "index_units",
    "language_of",
    "may_join",
    "query_keys",
    "scheme_of",
    "windows",
]

__getattr__ = exports(
    __name__,
    {
        "chinese": "Scheme scheme_of",
        "hanja": "hangul_of",
        "queries": "LONGEST_RUN may_join query_keys windows",
        "units": "derived_units index_units language_of",
    },
)
