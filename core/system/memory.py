"""How much memory the process has used at most."""

import sys
from pathlib import Path

_MEGABYTE = 1e6


def peak_memory() -> float:
    """Return the peak of the process's resident memory, in megabytes (10^6 bytes)."""
    if sys.platform == "win32":
        return _peak_on_windows() / _MEGABYTE
    if sys.platform.startswith("linux"):
        # Unlike getrusage's figure, this one does not begin with the memory of the process that started this one.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / _MEGABYTE
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


def _peak_on_windows() -> int:
    """Ask K32GetProcessMemoryInfo for PeakWorkingSetSize (psapi.h)."""
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_ulong),
            ("page_faults", ctypes.c_ulong),
            ("peak_working_set", ctypes.c_size_t),
            ("rest", ctypes.c_size_t * 7),
        )

    counters = Counters(size=ctypes.sizeof(Counters))
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
    return int(counters.peak_working_set)
