"""Hands argv and the environment to pa_deploy."""

from pa_deploy.start import main

if __name__ == "__main__":
    main()
