"""What this machine has, for `manage.py doctor`: one small function per question, asked as any user."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

from config import preflight
from config.answers import Answer
from sandbox.engine import host
from sandbox.engine.entry import NEEDED
from sandbox.engine.paths import Layout, layout

CGROUPS = Path("/sys/fs/cgroup")
CONTROLLERS = ("cpu", "memory", "pids")
NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
MODULES = ("overlay", "loop", "veth", "bridge", "br_netfilter", "nf_tables")
# A module that is built in shows in none of the usual places on some kernels, but what it makes does.
TRACES = {"overlay": ("/proc/filesystems", "overlay"), "loop": ("/proc/devices", "loop")}
GB = 1024**3


def kernel() -> Answer:
    return Answer("Kernel", f"{platform.system()} {platform.release()}, {platform.machine()}")


def system() -> Answer:
    try:
        words = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    except OSError:
        words = {}
    return Answer("System", words.get("PRETTY_NAME", "unknown").strip('"'))


def python() -> Answer:
    wanted = ".".join(map(str, NEEDED))
    ok = platform.python_version_tuple() >= tuple(map(str, NEEDED))
    return Answer("Python", platform.python_version(), ok, "" if ok else f"Install Python {wanted} or newer.")


def user() -> Answer:
    uid = os.geteuid()
    return Answer("User", "root" if uid == 0 else f"uid {uid}, who cannot ask everything")


def control_groups() -> Answer:
    if (CGROUPS / "cgroup.controllers").exists():
        version, found = 2, (CGROUPS / "cgroup.controllers").read_text().split()
    else:
        version, found = 1, sorted(entry.name for entry in CGROUPS.glob("*") if entry.is_dir())
    lacking = [name for name in CONTROLLERS if name not in {part for entry in found for part in entry.split(",")}]
    said = f"version {version}: {' '.join(found) or 'none'}"
    todo = f"Turn on the controllers {', '.join(lacking)}: without them no limit holds." if lacking else ""
    return Answer("Control groups", said, not lacking, todo)


def namespaces() -> Answer:
    lacking = [name for name in NAMESPACES if not Path(f"/proc/self/ns/{name}").exists()]
    if not lacking:
        return Answer("Namespaces", " ".join(NAMESPACES), ok=True)
    return Answer("Namespaces", f"missing: {' '.join(lacking)}", ok=False, todo="Boot a kernel that has them.")


def modules() -> Answer:
    """Whether the kernel has what slots need. The supervisor loads modules, so one that can be loaded is enough."""
    states = {name: _module(name) for name in MODULES}
    lacking = [name for name, state in states.items() if state == "missing"]
    said = ", ".join(f"{name} {state}" for name, state in states.items())
    todo = f"Install the kernel's modules: {', '.join(lacking)} cannot be loaded." if lacking else ""
    return Answer("Kernel modules", said, False if lacking else None, todo)


def _module(name: str) -> str:
    """loaded, built in, loadable, missing; "not listed" where the kernel's list of modules is not installed."""
    file, word = TRACES.get(name, ("", ""))
    if Path(f"/sys/module/{name}").exists() or (file and word in Path(file).read_text().split()):
        return "loaded"
    folder = Path("/lib/modules") / platform.release()
    if not (folder / "modules.dep").exists():
        return "not listed"
    for listing, state in (("modules.builtin", "built in"), ("modules.dep", "loadable")):
        if f"/{name}.ko" in (folder / listing).read_text(errors="replace"):
            return state
    return "missing"


def memory() -> Answer:
    total, needed = preflight.total_memory(), preflight.REST_MEMORY + preflight.SLOT_MEMORY
    said = f"{total / GB:.1f} GB, {_meminfo('MemAvailable') / GB:.1f} GB available"
    return Answer("Memory", said, total >= needed, "" if total >= needed else f"Give it at least {needed / GB:.1f} GB.")


def swap() -> Answer:
    size = _meminfo("SwapTotal")
    return Answer("Swap", f"{size / GB:.1f} GB" if size else "none")


def _meminfo(name: str) -> int:
    """Bytes."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def disk() -> Answer:
    place = layout()
    free = preflight.free_disk(place.var)
    needed = 0 if preflight.is_set_up(place) or in_container() else preflight.SETUP_BYTES + preflight.SLOT_BYTES
    todo = f"Free some space: set-up needs {needed / GB:.1f} GB." if free < needed else ""
    return Answer("Disk", f"{free / GB:.1f} GB free in {place.var}", not todo, todo)


def clock() -> Answer:
    wrong = preflight.wrong_clock()
    return Answer("Clock", wrong or "not behind this machine's files", not wrong, "Set the clock." if wrong else "")


def systemd() -> Answer:
    runs = Path("/run/systemd/system").exists()
    return Answer("systemd", "runs here" if runs else "does not run here")


def apparmor() -> Answer:
    switch = Path("/sys/module/apparmor/parameters/enabled")
    on = switch.exists() and switch.read_text().strip() == "Y"
    restricts = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    more = ", restricts user namespaces of unprivileged programs" if _is_one(restricts) else ""
    return Answer("AppArmor", f"on{more}" if on else "off")


def _is_one(file: Path) -> bool:
    return file.exists() and file.read_text().strip() == "1"


def tools() -> Answer:
    wanted = ("apt-get", "mmdebstrap", "npm", "docker")
    found = [name for name in wanted if shutil.which(name)]
    return Answer("Programs", f"{', '.join(found) or 'none'} (set-up installs what it needs; Docker is not needed)")


def engine_host() -> Answer:
    """The question that set-up asks before it makes anything."""
    if in_container():
        return Answer("Engine", "runs in the service `sandbox`, so this container is not asked")
    sentence = host.missing()
    todo = "Start Slipway on a machine that has this." if sentence else ""
    return Answer("Engine", sentence or "can run on this machine", not sentence, todo)


def engine_tree(place: Layout | None = None) -> Answer:
    wanted = ("docker.io", "docker-buildx", "docker-compose", "containerd", "runc", "cosign", "valkey-server")
    status = (place or layout()).tree / "var/lib/dpkg/status"
    if not status.exists():
        return Answer("Engine tree", not_made("`make run` makes it"))
    versions: dict[str, str] = {}
    name = ""
    for line in status.read_text(errors="replace").splitlines():
        key, _, value = line.partition(": ")
        if key == "Package":
            name = value
        elif key == "Version" and name in wanted:
            versions[name] = value
    return Answer("Engine tree", ", ".join(f"{name} {versions[name]}" for name in wanted if name in versions))


def not_made(how: str) -> str:
    return "not to be seen from this container" if in_container() else f"not made yet; {how}"


def in_container() -> bool:
    """Our images set it: containers share one directory for the sandbox's sockets."""
    return "SLIPWAY_RUNTIME" in os.environ


QUESTIONS: tuple[Callable[[], Answer], ...] = (
    *(system, kernel, python, user, control_groups, namespaces, modules, memory, swap, disk, clock),
    *(systemd, apparmor, tools, engine_host, engine_tree),
)
