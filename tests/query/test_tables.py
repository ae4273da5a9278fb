"""The tables of search.toml speak of what the catalogue has."""

from query.tables import tables


def test_facets_are_the_fields_that_the_catalogue_marks(catalogue):
    """Each facet counts a field marked as one, and no such field is forgotten."""
    marked = {name for name, field in catalogue.fields.items() if field.facet}
    assert {row.field for row in tables().facet.values()} == marked


def test_orders_are_by_fields_that_the_catalogue_marks(catalogue):
    """Each order is by relevance or a field marked for sorting; the title's number breaks ties."""
    marked = {name for name, field in catalogue.fields.items() if field.sort}
    assert {row.field for row in tables().sort.values()} == marked - {"title_id"} | {"_score"}
