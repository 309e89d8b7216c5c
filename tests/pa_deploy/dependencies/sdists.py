"""Source distributions made on the spot. They build themselves: pip needs no other package."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

HAS_COMPILER = bool(shutil.which("cc"))
WITHOUT = "this machine has no C compiler (`cc`)"

PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = '''\
"""Builds a wheel: the files of `src`, and each C file as an extension."""
import base64, hashlib, os, subprocess, sys, sysconfig, zipfile

NAME, VERSION, REQUIRES = {name!r}, {version!r}, {requires!r}


def build_wheel(folder, config_settings=None, metadata_directory=None):
{before}
    tag = "py3-none-any"
    contents = {{}}
    for name in sorted(os.listdir("src")):
        stem, ending = os.path.splitext(name)
        if ending == ".c":
            made = stem + sysconfig.get_config_var("EXT_SUFFIX")
            compile_c(os.path.join("src", name), made)
            contents[made] = open(made, "rb").read()
        else:
            contents[name] = open(os.path.join("src", name), "rb").read()
    info = "%s-%s.dist-info" % (NAME, VERSION)
    metadata = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (NAME, VERSION)
    metadata += "".join("Requires-Dist: %s\\n" % each for each in REQUIRES)
    contents[info + "/METADATA"] = metadata.encode()
    contents[info + "/WHEEL"] = b"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    rows = []
    for path, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append("%s,sha256=%s,%d" % (path, digest, len(content)))
    contents[info + "/RECORD"] = "\\n".join([*rows, info + "/RECORD,,", ""]).encode()
    wheel = "%s-%s-%s.whl" % (NAME, VERSION, tag)
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return wheel


def compile_c(source, made):
    include = sysconfig.get_paths()["include"]
    subprocess.check_call(["cc", "-shared", "-fPIC", "-I", include, source, "-o", made])
'''
TINY_C = """\
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *args) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "%(name)s", "", -1, methods};
PyMODINIT_FUNC PyInit_%(name)s(void) { return PyModule_Create(&module); }
"""


def make_sdist(
    folder: Path,
    name: str,
    version: str,
    files: dict[str, str],
    *,
    requires: tuple[str, ...] = (),
    before: str = "pass",
) -> Path:
    """A source distribution with these modules, C or Python; `before` is code that runs first."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}"
    indented = "".join(f"    {line}\n" for line in before.splitlines()).rstrip("\n")
    backend = BACKEND.format(name=name, version=version, requires=requires, before=indented)
    contents = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "pyproject.toml": PROJECT,
        "backend.py": backend,
        **{f"src/{path}": text for path, text in files.items()},
    }
    target = folder / f"{stem}.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        for path, text in contents.items():
            row = tarfile.TarInfo(f"{stem}/{path}")
            row.size = len(text.encode())
            archive.addfile(row, io.BytesIO(text.encode()))
    return target


def make_extension(folder: Path, name: str, version: str = "1.0") -> Path:
    """A package that needs a compiler: its module has a function `answer`."""
    return make_sdist(folder, name, version, {f"{name}.c": TINY_C % {"name": name}})
