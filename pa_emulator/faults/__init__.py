"""Faults that a test asks for: slow, refused, dropped and cut-off answers of the API."""
