"""bcrypt for a lab's password files, by the C library that every Debian and Ubuntu has."""

from __future__ import annotations

import ctypes
import secrets

LIBRARY = "libcrypt.so.1"
COST = 5  # the labs' own: two thousandths of a second
LONGEST = 72  # bytes; bcrypt looks at no more
_LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class NoBcrypt(Exception):
    """This machine's C library cannot make one; somebody's htpasswd can."""


def bcrypt(password: str) -> str:
    """A `$2y$` hash with a salt of its own. ValueError: longer than bcrypt looks at, or with a NUL in it."""
    data = password.encode()
    if len(data) > LONGEST or b"\0" in data:
        raise ValueError("a password for bcrypt has at most 72 bytes and no NUL")
    salt = "".join(secrets.choice(_LETTERS) for _ in range(21)) + "u"  # the last one has two bits
    try:
        made = _crypt(data, f"$2y${COST:02}${salt}".encode())
    except (OSError, AttributeError) as error:
        raise NoBcrypt(str(error)) from error
    if not made.startswith("$2y$"):
        raise NoBcrypt("the C library knows no bcrypt")
    return made


def _crypt(password: bytes, setting: bytes) -> str:
    """crypt_ra is safe between threads: what it returns is the caller's, and is freed here."""
    library = ctypes.CDLL(LIBRARY)
    library.crypt_ra.restype = ctypes.c_char_p
    data, size = ctypes.c_void_p(), ctypes.c_int()
    try:
        made: bytes | None = library.crypt_ra(password, setting, ctypes.byref(data), ctypes.byref(size))
        return (made or b"").decode()
    finally:
        if data.value:
            ctypes.CDLL(None).free(data)
