"""ICU's data in the bundle: smaller, and texts are sorted and cased as before."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

NEEDED = (
    *("shiboken6/*.*", "PySide6/*.py", "PySide6/lib*.so*", "PySide6/QtCore.abi3.so"),
    *("PySide6/Qt/lib/libQt6Core.*", "PySide6/Qt/lib/libicu*"),
)

SORTED = """
import functools
import sys
from PySide6.QtCore import QCollator, QLocale, QStringDecoder, __file__ as place

assert place.startswith(sys.argv[1]), place
words = "zebra Äpfel Apfel äpfel öl Öl oel ç c cz ch d ł l ñ n ø å aa ä ß ss 你好 中国 かな เก แก file10 file2".split()
for language in "C en de_AT sv da es cs pl tr zh ja th ar lt".split():
    locale = QLocale(language)
    collator = QCollator(locale)
    for is_numeric in (False, True):
        collator.setNumericMode(is_numeric)
        print(language, sorted(words, key=functools.cmp_to_key(collator.compare)))
    print([locale.toUpper(word) + locale.toLower(word) for word in words], locale.toString(1234.5))
print([QStringDecoder(name).isValid() for name in ("UTF-16", "windows-1252", "Shift_JIS")])
"""


@pytest.fixture
def small_icu():
    place = importlib.util.spec_from_file_location("small_icu", ROOT / ".ci" / "small_icu.py")
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_what_is_no_archive_is_refused(small_icu):
    with pytest.raises(ValueError, match="CmnD"):
        small_icu.smaller_archive(bytes(64))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ICU is a library of its own on Linux alone")
@pytest.mark.skipif(not (shutil.which("ld") and shutil.which("objcopy")), reason="needs binutils")
def test_qt_sorts_and_changes_case_as_before(small_icu, tmp_path):
    packages = Path(importlib.util.find_spec("PySide6").origin).parents[1]
    for pattern in NEEDED:
        for path in packages.glob(pattern):
            copy = tmp_path / path.relative_to(packages)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    (library,) = (tmp_path / "PySide6" / "Qt" / "lib").glob("libicudata.so.*")
    before = library.stat().st_size
    small_icu.shrink(library, tmp_path / "work")
    assert library.stat().st_size < before / 2

    def said(folder):
        command = [sys.executable, "-c", f"import sys\nsys.path.insert(0, sys.argv[1])\n{SORTED}", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert said(tmp_path) == said(packages)
