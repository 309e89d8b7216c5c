"""What a Django project needs on PythonAnywhere, read from its settings."""

from __future__ import annotations

from pa_deploy.detect.django.entry import find_django
from pa_deploy.detect.django.project import Hints
from pa_deploy.detect.django.roots import django_roots, root_finding, template_of

__all__ = ["Hints", "django_roots", "find_django", "root_finding", "template_of"]
