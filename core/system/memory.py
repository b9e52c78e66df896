"""How much memory the process has used at most, and how much it may still take."""

import contextlib
import sys
from pathlib import Path

_MEGABYTE = 1e6
_GROUPS = Path("/sys/fs/cgroup")


def peak_memory() -> float:
    """Return the peak of the process's resident memory, in megabytes (10^6 bytes)."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / _MEGABYTE
    if sys.platform.startswith("linux"):
        # Unlike getrusage's metric, this one does not begin with the memory of the process that started this one.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / _MEGABYTE
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


def available_memory() -> int:
    """Return the bytes that the process can still take without the system swapping, or ending it."""
    import psutil

    left = [int(psutil.virtual_memory().available)]
    if sys.platform != "win32":
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            left.append(most - int(psutil.Process().memory_info().vms))
    if sys.platform.startswith("linux"):
        left += _left_in_groups()
    return max(0, min(left))


def _left_in_groups(groups: Path = _GROUPS, membership: Path = Path("/proc/self/cgroup")) -> list[int]:
    """Return what the process's control groups still allow: a container's limit is not seen in the machine's memory.

    Source: Linux's documentation of control groups, version 2 (admin-guide/cgroup-v2), "Memory Interface Files".
    """
    left = []
    with contextlib.suppress(OSError, ValueError, StopIteration):
        own = next(line for line in membership.read_text().splitlines() if line.startswith("0::"))
        group = groups / own.removeprefix("0::").lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(groups) and (folder / "memory.max").is_file():
                most = (folder / "memory.max").read_text().strip()
                if most != "max":
                    left.append(int(most) - _held_in_group(folder))
    return left


def _held_in_group(folder: Path) -> int:
    """Return the bytes of a group that are in use, without files that are only kept because there is room."""
    numbers = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return int((folder / "memory.current").read_text()) - int(numbers.get("inactive_file", 0))
