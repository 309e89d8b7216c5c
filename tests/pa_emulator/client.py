"""A bare client: no logic of its own, so that a test shows what goes over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import requests

if TYPE_CHECKING:
    from typing import Unpack

    from pa_emulator import Emulator

DOMAIN = "alice.pythonanywhere.com"
WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"


class Options(TypedDict, total=False):
    """What `requests` takes, as far as the tests use it."""

    data: Any
    json: Any
    params: Any
    files: Any
    headers: dict[str, str]
    stream: bool
    timeout: float
    allow_redirects: bool


class Client:
    """One account's requests, paths relative to `/api/v0/user/NAME/` or another version's."""

    def __init__(
        self, pa: Emulator, username: str = "alice", token: str | None = None, api: str = "v0"
    ) -> None:
        self.pa = pa
        self.base = f"{pa.url}/api/{api}/user/{username}/"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Token {token or pa.token}"
        if pa.ca:
            self.session.verify = pa.ca

    def __call__(self, method: str, path: str, **options: Unpack[Options]) -> requests.Response:
        options.setdefault("timeout", 60)
        options.setdefault("allow_redirects", False)
        return self.session.request(method, self.base + path, **options)

    def get(self, path: str, **options: Unpack[Options]) -> requests.Response:
        return self("GET", path, **options)

    def post(self, path: str, **options: Unpack[Options]) -> requests.Response:
        return self("POST", path, **options)

    def patch(self, path: str, **options: Unpack[Options]) -> requests.Response:
        return self("PATCH", path, **options)

    def put(self, path: str, **options: Unpack[Options]) -> requests.Response:
        return self("PUT", path, **options)

    def delete(self, path: str, **options: Unpack[Options]) -> requests.Response:
        return self("DELETE", path, **options)

    def upload(self, path: str, content: bytes | str) -> requests.Response:
        return self.post(f"files/path{path}", files={"content": content})

    def read(self, path: str) -> str:
        response = self.get(f"files/path{path}")
        assert response.status_code == 200, response.text
        return response.content.decode()

    def create(self, domain: str = DOMAIN, python: str = "python311") -> requests.Response:
        return self.post("webapps/", data={"domain_name": domain, "python_version": python})

    def reload(self, domain: str = DOMAIN) -> requests.Response:
        return self.post(f"webapps/{domain}/reload/")

    def visit(
        self, path: str = "/", domain: str = DOMAIN, method: str = "GET", **options: Unpack[Options]
    ) -> requests.Response:
        """A visitor's request to a hosted site."""
        options["headers"] = {"Host": domain, **options.get("headers", {})}
        options.setdefault("allow_redirects", False)
        options.setdefault("timeout", 60)
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.pa.url + path, **options)

    def host(self, wsgi: str, domain: str = DOMAIN) -> None:
        """Create a web app with that WSGI file, and reload it."""
        assert self.create(domain).status_code == 200
        name = domain.replace(".", "_")
        assert self.upload(f"/var/www/{name}_wsgi.py", wsgi).status_code == 200
        self.reload(domain)


def wsgi_saying(text: str) -> str:
    """A WSGI file whose every page is `text`."""
    return (
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        f"    return [{text!r}.encode()]\n"
    )
