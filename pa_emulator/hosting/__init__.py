"""Hosting: each web app under a uWSGI of its own, behind one front."""
