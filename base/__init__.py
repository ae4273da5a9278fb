"""What every room may use: errors with exit codes, settings, data files, SQLite."""
