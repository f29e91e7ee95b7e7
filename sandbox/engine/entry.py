"""What every command does first. Older Pythons read this file too, so it uses no newer syntax and imports nothing."""

import os
import sys

NEEDED = (3, 11)


def begin() -> None:
    """End with one sentence under a Python that is too old; as root, let the services read what is made."""
    if sys.version_info < NEEDED:
        sys.exit(too_old(sys.version_info[0], sys.version_info[1]))
    # Hardened machines give root the umask 077. Other users keep theirs: the confined services have one of their own.
    if os.geteuid() == 0:
        os.umask(0o022)


def too_old(major: int, minor: int) -> str:
    """Say which Python was found, which one is needed and how to use it."""
    wanted = "python{}.{}".format(*NEEDED)
    return (
        f"Slipway needs Python {NEEDED[0]}.{NEEDED[1]} or newer; found {major}.{minor}. "
        + f"Install one (for example: apt-get install {wanted} {wanted}-venv), then add PYTHON={wanted} to make: "
        + f"make run PYTHON={wanted}"
    )
