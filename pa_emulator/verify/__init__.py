"""`pa-emulator verify`: holds a server to the contract, the real PythonAnywhere included."""
