"""Faults on order: slow, refused, dropped and cut-off answers of the API."""
