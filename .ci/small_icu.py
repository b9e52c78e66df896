"""ICU's data without what Qt never asks for: of 32 MB, Qt uses how texts are sorted, cased and normalized.

Left out are the names of currencies, languages, regions, time zones and units, how numbers are spelled, how scripts are
written in others, where words end, and the formats of locales, of which Qt has its own.

The library is made anew by ``ld`` and ``objcopy``, from a smaller archive. An archive (format "CmnD") is a header, then
the number of its items, then for each where its name and where its data begin, counted from that number on, in the
order of the names; names and data follow.
"""

import re
import struct
import subprocess
from pathlib import Path

_FORMAT, _FORMAT_PLACE = b"CmnD", 12
_UNUSED_FOLDERS = ("brkitr", "curr", "lang", "rbnf", "region", "translit", "unit", "zone")
_USED_RESOURCES = re.compile(
    "(res_index|pool|root|supplementalData|likelySubtags|keyTypeData|icuver|icustd|timezoneTypes|numberingSystems"
    "|plurals|pluralRanges|genderList|dayPeriods|grammaticalFeatures|metadata|metaZones|zoneinfo64|windowsZones)[.]res"
)
_ALIGNED = 16


def _is_used(name: str) -> bool:
    folder, _, rest = name.partition("/")
    if rest:
        return folder not in _UNUSED_FOLDERS
    return not name.endswith(".res") or bool(_USED_RESOURCES.fullmatch(name))


def smaller_archive(archive: bytes) -> bytes:
    """Return an archive with the items that are used.

    Parameters
    ----------
    archive : bytes
        From its header on; what follows its last item goes along with that.

    Raises
    ------
    ValueError
        If it is no such archive.
    """
    if archive[_FORMAT_PLACE : _FORMAT_PLACE + len(_FORMAT)] != _FORMAT:
        raise ValueError(f"expected an archive of ICU's format {_FORMAT.decode()}")
    head = struct.unpack_from("<H", archive)[0]
    (count,) = struct.unpack_from("<I", archive, head)
    places = [struct.unpack_from("<II", archive, head + 4 + 8 * number) for number in range(count)]
    ends = [*(data for _, data in places[1:]), len(archive) - head]
    items = []
    for (name, data), end in zip(places, ends, strict=True):
        whole = archive[head + name : archive.index(b"\0", head + name)]
        # Each begins with the name of the archive and a slash.
        if _is_used(whole.partition(b"/")[2].decode()):
            items.append((whole, archive[head + data : head + end]))
    names, contents, table = b"", b"", []
    first_name = 4 + 8 * len(items)
    first_data = _aligned(head + first_name + sum(len(name) + 1 for name, _ in items)) - head
    for name, content in items:
        table.append(struct.pack("<II", first_name + len(names), first_data + len(contents)))
        names += name + b"\0"
        contents += content + bytes(_aligned(len(content)) - len(content))
    toc = struct.pack("<I", len(items)) + b"".join(table) + names
    return archive[:head] + toc.ljust(first_data, b"\0") + contents


def shrink(library: Path, work: Path) -> None:
    """Put a smaller library in the place of ``libicudata.so.N``.

    Parameters
    ----------
    library : Path
        The library.
    work : Path
        A folder for what is made on the way.
    """
    work.mkdir(parents=True, exist_ok=True)
    version = library.name.rpartition(".")[2]
    data, item, target = work / "icu.dat", work / "icu.o", work / library.name
    _run("objcopy", "-O", "binary", "--only-section=.rodata", library, data)
    section = data.read_bytes()
    data.write_bytes(smaller_archive(section[section.index(_FORMAT) - _FORMAT_PLACE :]))
    _run("ld", "-r", "-b", "binary", "-o", item.name, data.name, cwd=work)
    flags = ("--rename-section", ".data=.rodata,alloc,load,readonly,data,contents")
    alignment, symbol = f".data={_ALIGNED}", f"_binary_icu_dat_start=icudt{version}_dat"
    _run("objcopy", *flags, "--set-section-alignment", alignment, "--redefine-sym", symbol, item)
    _run("ld", "-shared", "-z", "noexecstack", "-soname", library.name, "-o", target, item)
    library.write_bytes(target.read_bytes())


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)
