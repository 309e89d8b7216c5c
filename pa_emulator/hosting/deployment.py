"""What a reload freezes: everything that a site depends on, except its files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf


@dataclass(frozen=True, slots=True)
class Mapping:
    """A static mapping: URLs that begin with `url` are files under `path`."""

    url: str
    path: str


@dataclass(frozen=True, slots=True)
class Header:
    """A header for static files whose URL begins with `url`."""

    url: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One site as it is served. Paths are PythonAnywhere's."""

    domain: str
    username: str
    token: str
    working_directory: str
    python_version: str
    virtualenv_path: str
    workers: int
    force_https: bool
    password: tuple[str, str] | None
    mappings: tuple[Mapping, ...]
    headers: tuple[Header, ...]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: MappingOf[str, Any]) -> Deployment:
        password = data["password"]
        return cls(
            **{
                "python_version": "",  # earlier emulators did not write it
                **data,
                "password": (password[0], password[1]) if password else None,
                "mappings": tuple(Mapping(**row) for row in data["mappings"]),
                "headers": tuple(Header(**row) for row in data["headers"]),
            }
        )
