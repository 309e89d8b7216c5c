"""Databases: `databases/mysql/`, whose answer nobody has described."""
