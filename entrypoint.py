"""Hands argv and the environment to pa_deploy.cli."""

from pa_deploy.cli import run

if __name__ == "__main__":
    run()
