"""Websites of API v1: ASGI apps, each served by its own command."""
