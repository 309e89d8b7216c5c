"""What is said."""


def greeting(name):
    return f"Hello from {name}"
