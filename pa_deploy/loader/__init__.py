"""The loader: it serves the live release on PythonAnywhere, and puts a new one in place.

pa-deploy uploads this package as a zip, under the name `pa_deploy_loader`. The WSGI file, which is
`wsgi_file.py` with its blanks filled in, imports it. The loader reads what pa-deploy wants from the
pointer, and writes down what it did in the status and the records: see
`pa_deploy/release/protocol.py`.

Standard library only, Python 3.8 to 3.14. Begin to read in `serve.py`. More: docs/releases.md.
"""
