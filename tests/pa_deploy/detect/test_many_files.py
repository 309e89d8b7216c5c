"""A repository of very many files: how many of them are read."""

from __future__ import annotations

import pytest

from pa_deploy.detect.django import Hints, find_django
from pa_deploy.detect.tree import Tree
from tests.pa_deploy.detect.shape import startproject

MANY = 5000
MOST_READ = 150
DJANGO = b"import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
KINDS = {
    "manage.py": ("a{}/manage.py", DJANGO),
    "wsgi.py": ("a{}/wsgi.py", DJANGO),
    "wsgi.py of others": ("a{}/wsgi.py", b"application = None"),
    "settings": ("mysite/prod{}.py", b"from mysite.settings import *"),
    "requirements": ("requirements{}.txt", b"django"),
    "translations": ("locale/x{}/LC_MESSAGES/django.po", b""),
}


@pytest.mark.parametrize(("name", "text"), KINDS.values(), ids=[*KINDS])
def test_few_of_many_files_are_read(name: str, text: bytes) -> None:
    files = startproject("mysite", "ALLOWED_HOSTS = []\n")
    read = []

    def content(path: str) -> bytes:
        read.append(path)
        return files[path].encode() if path in files else text

    tree = Tree.of([*files, *(name.format(number) for number in range(MANY))], content)
    found = find_django(tree, None, Hints(domain="alice.pythonanywhere.com"))

    assert found
    assert len({*read}) <= MOST_READ


@pytest.mark.parametrize("depth", [10, 500])
def test_deep_folders_are_no_project(depth: int) -> None:
    path = "/".join(["d"] * depth) + "/x.py"

    assert find_django(Tree.of([path], lambda _: b"x = 1")) is None
