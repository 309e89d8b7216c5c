"""ASGI apps of three kinds, as files of an account, and the commands that serve them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = """\
import sys
print("imported", flush=True)


async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        message = await receive()
        while message["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"][::-1]})
            message = await receive()
        return
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    print("serving", scope["path"], file=sys.stderr, flush=True)
    headers = [[b"content-type", b"text/plain"], [b"x-length", str(len(body)).encode()]]
    headers += [[b"x-got-" + name, value] for name, value in scope["headers"] if b"forw" in name]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] != "HEAD":
        await send({"type": "http.response.body", "body": b"plain ", "more_body": True})
    await send({"type": "http.response.body", "body": scope["path"].encode()})
"""

FASTAPI = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/{name}")
def greet(name: str):
    return {"hello": name}
"""

DJANGO_SETTINGS = """\
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_urls"
SECRET_KEY = "x"
"""

DJANGO_URLS = """\
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("django", lambda request: HttpResponse("Django at " + request.get_host()))]
"""

DJANGO_ASGI = """\
import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
app = get_asgi_application()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsgiApp:
    """`files` go into the home of alice; a visit to `path` is answered by `answer`."""

    files: Mapping[str, str]
    module: str
    path: str
    answer: str

    @property
    def command(self) -> str:
        """The command of the help pages, with the Python of the tests for a virtualenv's."""
        return (
            f"{sys.executable} -m uvicorn --app-dir /home/alice/site --no-access-log "
            f"--uds ${{DOMAIN_SOCKET}} {self.module}:app"
        )


APPS = {
    "plain": AsgiApp(files={"plain.py": PLAIN}, module="plain", path="/x", answer="plain /x"),
    "fastapi": AsgiApp(
        files={"fast.py": FASTAPI}, module="fast", path="/world", answer='{"hello":"world"}'
    ),
    "django": AsgiApp(
        files={
            "site_settings.py": DJANGO_SETTINGS,
            "site_urls.py": DJANGO_URLS,
            "asgi.py": DJANGO_ASGI,
        },
        module="asgi",
        path="/django",
        answer="Django at alice.pythonanywhere.com",
    ),
}
