"""Websites of API v1: ASGI apps, hosted by the command of their own."""
