"""Stock Debian machines, booted under qemu, on which the README's two commands are tried.

`make machines [SUITES="bookworm trixie"]`. Set-up runs natively in a tree (`tree.py`), the tree becomes a disk
(`disk.py`), and the disk boots with its own kernel, systemd and control groups v2 (`guest.py`). What is tried there
is in `cases.py`; `__main__.py` prints the table.
"""
