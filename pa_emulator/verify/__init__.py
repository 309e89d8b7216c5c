"""`pa-emulator verify`: checks a server against the contract, also the real PythonAnywhere."""
