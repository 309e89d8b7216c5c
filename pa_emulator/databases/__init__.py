"""Databases: `databases/mysql/`, whose real answer is not known."""
