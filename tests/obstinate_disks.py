"""Disks that really are full and folders that really are locked, for tests of reading and saving."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def tiny_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system of ``size`` bytes in memory at ``folder``; skip the test where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root on Linux can mount a tiny disk")
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting a tiny disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Give up root's right to read and write everything; skip the test where there are no such rights."""
    if os.name == "nt":
        pytest.skip("Windows has no permission bits")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
