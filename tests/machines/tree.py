"""A Debian as its installer leaves it, in a directory: systemd, AppArmor, ssh, and this machine's way to packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sandbox.engine.paths import PROJECT
from tests.machines import place

KERNEL = "linux-image-cloud-amd64"  # the distribution's own, with the drivers that qemu needs
PACKAGES = (
    *(KERNEL, "initramfs-tools", "systemd-sysv", "dbus", "kmod", "udev", "apparmor"),
    *("openssh-server", "iproute2", "ca-certificates", "sudo", "make", "git", "python3", "python3-venv"),
)
# A Docker of the machine's own, as people have it beside us; stopped until a case starts it.
DOCKER = {
    "bookworm": ("docker.io", "iptables"),
    "trixie": (
        "docker.io",
        "docker-cli",
        "docker-buildx",
        "docker-compose",
        "docker-registry",
        "skopeo",
        "curl",
        "iptables",
    ),
}
_STOPPED = ("docker.service", "docker.socket", "containerd.service", "docker-registry.service")
CLONE = "root/slipway"  # below the tree; /root is closed to other users, which services have to cope with
_MASKED = ("systemd-networkd-wait-online", "apt-daily.timer", "apt-daily-upgrade.timer", "man-db.timer")
_NETWORK = "[Match]\nName=en* eth*\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\nIPv6AcceptRA=no\n"
# What tells package tools where to fetch and whom to trust; a proxy as well.
_SETTINGS = re.compile(r"^([A-Z_]*(CA_|CERT|CAINFO|_INDEX|PIP_DEFAULT_TIMEOUT)[A-Z_]*|[A-Za-z_]*proxy|[A-Z_]*PROXY)$")


def make(suite: str, log: Path) -> None:
    """Assemble the tree of a suite anew, with the kernel that boots it."""
    tree = place.tree(suite)
    assemble(tree, suite, "important", PACKAGES + DOCKER[suite], log)
    _make_a_machine(tree, log)
    vmlinuz, initrd = place.kernel(suite)
    shutil.copyfile(next(iter(sorted((tree / "boot").glob("vmlinuz-*")))), vmlinuz)
    shutil.copyfile(next(iter(sorted((tree / "boot").glob("initrd.img-*")))), initrd)


def assemble(tree: Path, suite: str, variant: str, packages: tuple[str, ...], log: Path) -> None:
    """A root file system anew, with this machine's way to packages."""
    if tree.exists():
        shutil.rmtree(tree)
    tree.parent.mkdir(parents=True, exist_ok=True)
    place.run(["mmdebstrap", "--quiet", f"--variant={variant}", f"--include={','.join(packages)}", suite, tree], log)
    _give_packages(tree, log)


def clone(tree: Path) -> None:
    """Copy the last commit into the tree, as a fresh clone. What an earlier set-up made there goes."""
    target = tree / CLONE
    shutil.rmtree(target, ignore_errors=True)
    place.run(["git", "clone", "--quiet", PROJECT, target])


def enter(tree: Path, command: str, log: Path | None = None) -> int:
    """Run a shell command in the tree at this machine's speed, on this machine's kernel; its exit status.

    It pivots into the tree: a process in a chroot may not make a user namespace.
    """
    script = (
        "set -e; mount --make-rprivate /; mount --bind $1 $1; cd $1; mount -t proc proc proc; mount --rbind /sys sys;"
        "mount --rbind /dev dev; mount -t tmpfs tmpfs run; mkdir -p run/lock mnt; pivot_root . mnt; umount -l /mnt;"
        'cd /; exec env -i $(cat /etc/environment) HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "PATH=$2" '
        'bash -c "$3"'
    )
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
    words += ["sh", str(tree), path, command]
    sink = log.open("ab") if log else None
    try:
        return subprocess.run(words, check=False, stdout=sink, stderr=sink).returncode
    finally:
        if sink:
            sink.close()


def _give_packages(tree: Path, log: Path) -> None:
    """Certificates, package indexes and a proxy as this machine has them."""
    certificates = Path("/usr/local/share/ca-certificates")
    if certificates.is_dir():
        shutil.copytree(certificates, tree / "usr/local/share/ca-certificates", dirs_exist_ok=True)
    for file in Path("/etc/apt/apt.conf.d").glob("99*"):
        shutil.copy(file, tree / "etc/apt/apt.conf.d")
    for source, target in ((Path("/etc/pip.conf"), "etc/pip.conf"), (Path.home() / ".npmrc", "root/.npmrc")):
        if source.exists():
            shutil.copy(source, tree / target)
    kept = (f"{name}={value}" for name, value in os.environ.items() if _SETTINGS.match(name))
    (tree / "etc/environment").write_text("\n".join(kept) + "\n")
    (tree / "root").chmod(0o700)
    place.run(["chroot", tree, "update-ca-certificates"], log)


def _make_a_machine(tree: Path, log: Path) -> None:
    """Names, a network, a user, and the key that opens it."""
    files = {
        "etc/fstab": "/dev/root / ext4 defaults 0 1\n",
        "etc/hostname": "machine\n",
        "etc/hosts": "127.0.0.1 localhost machine\n",
        "etc/systemd/network/10-net.network": _NETWORK,
        "root/.ssh/authorized_keys": place.key().with_suffix(".pub").read_text(),
    }
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / "root/.ssh").chmod(0o700)
    (tree / "etc/resolv.conf").unlink(missing_ok=True)
    (tree / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")
    for words in (
        ["systemctl", "enable", "systemd-networkd", "ssh", "serial-getty@ttyS0"],
        ["systemctl", "mask", *_MASKED],
        ["systemctl", "disable", "--quiet", *(unit for unit in _STOPPED if _has_unit(tree, unit))],
        ["useradd", "--create-home", "--shell", "/bin/bash", "someone"],
    ):
        place.run(["chroot", tree, *words], log)


def _has_unit(tree: Path, unit: str) -> bool:
    return any((tree / folder / "systemd/system" / unit).exists() for folder in ("usr/lib", "lib", "etc"))
