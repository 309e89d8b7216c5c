"""Consoles."""
