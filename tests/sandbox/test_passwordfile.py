from __future__ import annotations

import pytest

from sandbox.passwordfile import read

BCRYPT = "$2y$05$" + "a" * 53


@pytest.mark.parametrize(
    ("stored", "scheme", "cost"),
    [
        (BCRYPT, "bcrypt", 5),
        (BCRYPT.replace("2y", "2b").replace("05", "12"), "bcrypt", 12),
        (BCRYPT[:-1], "plain", None),
        ("$apr1$abc$def", "apr1", None),
        ("$6$salt$hash", "sha512-crypt", None),
        ("{SHA}abc=", "sha1", None),
        ("{PLAIN}x", "plain", None),
        ("abJnggxhB/yWI", "crypt", None),
        ("secret", "plain", None),
        ("", "plain", None),
    ],
)
def test_every_way_to_store_one_is_told_apart(stored: str, scheme: str, cost: int | None) -> None:
    (found,) = read({"htpasswd": f"writer:{stored}\n"}, ["htpasswd"])
    assert (found.user, found.scheme, found.cost) == ("writer", scheme, cost)


def test_comments_and_empty_lines_are_no_users() -> None:
    text = f"# old: x\n\n  # reader:y\nwriter:{BCRYPT}:a comment\n"
    found = list(read({"a": text, "b": f"reader:{BCRYPT}"}, ["a", "b", "missing"]))
    assert [(one.file, one.line, one.user, one.scheme) for one in found] == [
        ("a", 4, "writer", "bcrypt"),
        ("b", 1, "reader", "bcrypt"),
    ]
