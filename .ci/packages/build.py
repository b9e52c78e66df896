"""Packages out of the bundle in dist/MNIST_ANN: .deb, .rpm, one for Arch, an AppImage, an archive for a home folder.

Run by `make packages`, in the bundle's environment, from the folder of pyproject.toml. The archive is a .tar.xz, which
every system unpacks without another program.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

from core.system.launcher import desktop_entry, mime_description
from core.system.licenses import components
from core.version import VERSION

DIST = Path("dist")
HERE = Path(".ci/packages")
MAINTAINER = "The MNIST_ANN authors <maintainers@users.noreply.github.com>"
METAINFO = "org.mnist_ann.mnist_ann.metainfo.xml"
ELF = b"\x7fELF"
FORMATS = {"deb": "deb", "rpm": "rpm", "archlinux": "pkg.tar.zst"}


def main() -> None:
    """Build every package anew."""
    staging = Path("build/packages")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for old in DIST.glob("mnist-ann-*"):
        old.unlink()
    shutil.copytree(DIST / "MNIST_ANN", staging / "MNIST_ANN", symlinks=True)
    for path in staging.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.name == "MNIST_ANN" else 0o644)
    (staging / "mnist_ann.desktop").write_text(desktop_entry(["/usr/bin/mnist_ann"]), encoding="utf-8")
    (staging / "mnist_ann.xml").write_text(mime_description(), encoding="utf-8")
    metainfo = (HERE / METAINFO).read_text(encoding="utf-8")
    today = datetime.now(UTC).date().isoformat()
    (staging / METAINFO).write_text(metainfo.replace("@VERSION@", VERSION).replace("@DATE@", today), encoding="utf-8")
    (staging / "copyright").write_text(_copyright(), encoding="utf-8")
    (staging / "changelog.gz").write_bytes(gzip.compress(_changelog().encode(), mtime=0))
    (staging / "mnist_ann.1.gz").write_bytes(gzip.compress((HERE / "mnist_ann.1").read_bytes(), mtime=0))
    glibc = _oldest_glibc(staging / "MNIST_ANN")
    for packager, ending in FORMATS.items():
        target = DIST / f"mnist-ann-{VERSION}.{ending}"
        command = ["nfpm", "package", "--config", str(HERE / "nfpm.yaml"), "--packager", packager]
        environment = {**os.environ, "VERSION": VERSION, "MAINTAINER": MAINTAINER, "GLIBC": glibc}
        subprocess.run([*command, "--target", str(target)], env=environment, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(DIST / f"mnist-ann-{VERSION}-linux.tar.xz", "w:xz", preset=6) as archive:
        archive.add(staging / "MNIST_ANN", f"mnist-ann-{VERSION}/MNIST_ANN")
        archive.add(HERE / "install.sh", f"mnist-ann-{VERSION}/install.sh")
    tool = shutil.which("appimagetool")
    if tool:
        _make_appimage(staging, tool)
    for path in sorted(DIST.glob(f"mnist-ann-{VERSION}*")):
        sys.stdout.write(f"{path.stat().st_size / 1e6:6.1f} MB  {path}\n")
    sys.stdout.write(f"They need glibc {glibc} or later.\n")


def _make_appimage(staging: Path, tool: str) -> None:
    """Pack the bundle into one file that starts the program; appimagetool is no package and has to be there already.

    What starts an AppImage is its first part, the runtime. It may lie beside the tool, which else downloads the newest.
    """
    folder = staging / "MNIST_ANN.AppDir"
    shutil.copytree(staging / "MNIST_ANN", folder, symlinks=True)
    (folder / "AppRun").symlink_to("MNIST_ANN")
    (folder / "mnist_ann.desktop").write_text(desktop_entry(["MNIST_ANN"]), encoding="utf-8")
    shutil.copy("resources/icons/mnist_ann_256.png", folder / "mnist_ann.png")
    target = DIST / f"mnist-ann-{VERSION}-linux.AppImage"
    runtime = Path(tool).with_name("runtime-x86_64")
    options = ["--no-appstream", *(["--runtime-file", str(runtime)] if runtime.exists() else [])]
    subprocess.run([tool, *options, str(folder), str(target)], env={**os.environ, "ARCH": "x86_64"}, check=True)


def _oldest_glibc(bundle: Path) -> str:
    """Return the first version of glibc that has what the bundle's programs and libraries ask of it by version."""
    asked = re.compile(rb"\0GLIBC_(\d+)\.(\d+)")
    contents = (path.read_bytes() for path in bundle.rglob("*") if path.is_file() and not path.is_symlink())
    found = [match.groups() for content in contents if content.startswith(ELF) for match in asked.finditer(content)]
    major, minor = max((int(major), int(minor)) for major, minor in found)
    return f"{major}.{minor}"


def _changelog() -> str:
    """Return what Debian wants to know of the history; users read CHANGELOG.md, which the program shows."""
    now = formatdate(localtime=False)
    return f"mnist-ann ({VERSION}) unstable; urgency=low\n\n  * See CHANGELOG.md.\n\n -- {MAINTAINER}  {now}\n"


def _copyright() -> str:
    """Return the license as Debian's packages state it (https://dep-team.pages.debian.net/deps/dep5/)."""
    text = Path("LICENSE").read_text(encoding="utf-8")
    holder = next(line for line in text.splitlines() if line.startswith("Copyright"))
    terms = "\n".join(f" {line}" if line else " ." for line in text.splitlines())
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: MNIST_ANN\n"
        f"Comment:\n{_libraries()}\n\n"
        f"Files: *\n{holder.replace('Copyright (c)', 'Copyright:')}\nLicense: Expat\n{terms}\n"
    )


def _libraries() -> str:
    """Return which libraries lie in the bundle on which terms, as a field of that statement goes on."""
    lines = [
        "The folder _internal holds libraries with licenses of their own. Their texts lie beside them, in",
        "*.dist-info and in resources/licenses, and the program shows them: Help, Documents.",
    ]
    lines += [f"{one.name} {one.version}: {one.license or 'see its text'}" for one in components()]
    texts = (DIST / "MNIST_ANN").glob("_internal/resources/licenses/system/*.txt")
    system = ", ".join(sorted({path.stem for path in texts} - {"Python"}))
    lines.append(f"Of the system that it was built on: {system}")
    return "\n".join(f" {line}" for line in lines)


if __name__ == "__main__":
    main()
