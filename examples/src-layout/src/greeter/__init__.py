"""A package in src/, in two modules. For `app: greeter.web:app`."""
