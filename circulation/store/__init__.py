"""The database of circulation: SQLite or PostgreSQL, by SQLAlchemy. Imported only when it is used."""
