"""Scheduled tasks: `schedule/`, and when they run."""
