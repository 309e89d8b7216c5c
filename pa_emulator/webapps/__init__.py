"""Web apps, their static files and static headers."""
