"""Projects: one file with all of somebody's work, to hand in, to hand out, or to move to another computer.

It is a ZIP archive of files that NumPy and any editor can read, and of nothing that could run::

    project.json          where the window stood (settings, drawing, lesson), and how far each lesson is
    runs/ID.npz           every run, as `core.files.run_file` writes it
    network.npz           the network that was shown, as `core.files.model_files` writes it
    my_digits.npz         images (n, 784) and labels (n,) of My digits, uint8
    lessons/NAME.toml     lessons of one's own, and images that lie beside them

Reading trusts nothing: what is in the archive has one of these names or the archive is refused, sizes are looked at
before anything is unpacked, and nothing is unpacked into a folder under a name that the archive chose. Paths of the
computer that it was saved on are neither written nor believed: data are known by their SHA-256 alone.
"""

import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import numpy as np

from core.data.data_source import DataSource
from core.data.data_sources import BUILTIN
from core.data.my_digits import MOST_DIGITS, MyDigits
from core.errors import ModelFileError, ProjectFileError, RunFileError, UserError
from core.files.checked_fields import Fields, check_version
from core.files.model_files import load_model, write_model
from core.files.npz_archive import Archive, open_archive
from core.files.run_file import load_run, write_run
from core.files.saved_model import SavedModel
from core.files.session_file import SessionRecord, read_session_values, session_values
from core.network.arrays import CLASSES, PIXELS
from core.progress import Report, ignore_progress
from core.runs.run_record import RunRecord
from core.system.atomic_file import save_file
from core.system.budget import LESSON, LESSON_IMAGE, MODEL, PROJECT, RUN, SESSION, Budget, Meter
from core.system.launcher import PROJECT_ENDING
from core.system.paths import is_file
from core.system.zip_directory import BAD_ZIP, check_directory
from core.version import VERSION as PROGRAM

logger = logging.getLogger(__name__)

ENDING = PROJECT_ENDING
FORMAT = "MNIST_ANN project"
VERSION = 1

MOST_LESSONS = 500
_ABOUT, _NETWORK, _DIGITS = "project.json", "network.npz", "my_digits.npz"
_DIGITS_BUDGET = replace(MODEL, what="a collection of digits")
_RUN = re.compile(r"runs/([0-9a-f]{32})\.npz")
_LESSON = re.compile(r"lessons/([^/\\]+)")
_LESSON_NAME = re.compile(r"(?!\.)[^\x00-\x1f<>:\"/\\|?*]{1,100}\.(toml|png|jpe?g|gif|webp)", re.IGNORECASE)
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class LessonResult:
    """How far a lesson is: the step that was read last, from 0, and whether its end was reached."""

    step: int
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a project holds beside its runs.

    Attributes
    ----------
    session : SessionRecord
        Where the window stood: the run on display, settings, tab, lesson and drawing.
    lessons : mapping of str to LessonResult
        By the key of a lesson that comes with the program, or the file name of one's own.
    digits : MyDigits
        The collection.
    network : SavedModel or None
        The network that was shown.
    own_lessons : mapping of str to bytes
        Lesson files, and images beside them, by file name.
    """

    session: SessionRecord
    lessons: Mapping[str, LessonResult] = field(default_factory=dict)
    digits: MyDigits = field(default_factory=MyDigits.empty)
    network: SavedModel | None = None
    own_lessons: Mapping[str, bytes] = field(default_factory=dict)


def save_project(
    path: Path,
    contents: Contents,
    runs: Sequence[Callable[[], RunRecord]],
    report: Report = ignore_progress,
) -> None:
    """Write a project so that it is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where to; what is there already is replaced.
    contents : Contents
        All but the runs.
    runs : sequence of callable
        Each returns a run when it is its turn, so that they are not in memory all at once.
    report : Report
        Told how many are written.

    Raises
    ------
    ProjectFileError
        If it cannot be written; an old file is then unchanged.
    RunFileError, ModelFileError
        If a network holds numbers that are infinite.
    """
    with save_file(path, ProjectFileError) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps(_about(contents), allow_nan=False))
        if contents.network is not None:
            with _stored(archive, _NETWORK) as member:
                write_model(member, contents.network)
        if len(contents.digits):
            with _stored(archive, _DIGITS) as member:
                np.savez(member, allow_pickle=False, images=contents.digits.images, labels=contents.digits.labels)
        for name, content in contents.own_lessons.items():
            archive.writestr(f"lessons/{name}", content)
        for number, run in enumerate(runs):
            report(number / len(runs), f"saving run {number + 1} of {len(runs)}")
            record = without_paths(run())
            with _stored(archive, f"runs/{record.summary.id}.npz") as member:
                write_run(member, record)


@contextmanager
def _stored(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    """Open a member that is not packed again, so that it can be read from any place."""
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        yield cast(BinaryIO, member)


def _about(contents: Contents) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": PROGRAM,
        "session": session_values(_portable(contents.session)),
        "lessons": {_last(key): {"step": each.step, "done": each.is_done} for key, each in contents.lessons.items()},
    }


def _portable(session: SessionRecord) -> SessionRecord:
    """Return where a window stood without what only means something on its computer."""
    return replace(session, source=_without_paths(session.source), lesson=_last(session.lesson))


def _last(path: str) -> str:
    """Return the last name of a path of any system; a lesson's key is one name."""
    return re.split(r"[/\\]", path)[-1]


def without_paths(record: RunRecord) -> RunRecord:
    """Return a run whose data are known by what they hold: paths of another computer lead nowhere, or astray."""
    data = replace(record.summary.data, source=_without_paths(record.summary.data.source))
    return replace(record, summary=replace(record.summary, data=data))


def _without_paths(source: DataSource | None) -> DataSource | None:
    return source if source is not None and source.paths in ((), (BUILTIN,)) else None


class ProjectReader:
    """An open project; made by `open_project`.

    Attributes
    ----------
    contents : Contents
        All but the runs.
    run_ids : tuple of str
        Of the runs, in the order in which they were saved.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {info.filename: info for info in archive.infolist()}
        session, lessons = self._read_about()
        self.contents = Contents(
            session=session,
            lessons=lessons,
            digits=self._read_digits(),
            network=self._read_network(),
            own_lessons={match[1]: self._read(name, _limit(name)) for name, match in self._matching(_LESSON)},
        )
        self.run_ids = tuple(match[1] for _, match in self._matching(_RUN))

    def load_run(self, run_id: str) -> RunRecord:
        """Read a run.

        Raises
        ------
        RunFileError
            If it is damaged or makes no sense.
        """
        name = f"runs/{run_id}.npz"
        with self._open(name) as member:
            record = without_paths(load_run(cast(BinaryIO, member), name))
        if record.summary.id != run_id:
            raise RunFileError(f"{name}: it holds a run of another name.")
        return record

    def _matching(self, pattern: re.Pattern[str]) -> list[tuple[str, re.Match[str]]]:
        found = ((name, pattern.fullmatch(name)) for name in self._members)
        return [(name, match) for name, match in found if match]

    def _open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._members[name])

    def _read(self, name: str, budget: Budget) -> bytes:
        with self._open(name) as member:
            return member.read(budget.file_bytes)

    def _read_about(self) -> tuple[SessionRecord, dict[str, LessonResult]]:
        if _ABOUT not in self._members:
            raise ProjectFileError(f"{_ABOUT} is missing; expected a project that this program saved.")
        try:
            about = json.loads(self._read(_ABOUT, SESSION))
        except (ValueError, RecursionError) as error:
            raise ProjectFileError(f"{_ABOUT} is damaged.") from error
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise ProjectFileError("this is not a project of this program.")
        check_version(about.get("version"), VERSION, ProjectFileError)
        fields = Fields(about, "", "format version program session lessons", error=ProjectFileError)
        session = read_session_values(fields.get("session", dict))
        lessons = fields.get("lessons", dict)
        if len(lessons) > MOST_LESSONS:
            raise ProjectFileError(f"it tells of {len(lessons):,} lessons; expected {MOST_LESSONS} at most.")
        results = {_last(key): _lesson_result(key, values) for key, values in lessons.items()}
        return _portable(session), results

    def _read_network(self) -> SavedModel | None:
        if _NETWORK not in self._members:
            return None
        with self._open(_NETWORK) as member:
            return load_model(cast(BinaryIO, member), _NETWORK)

    def _read_digits(self) -> MyDigits:
        if _DIGITS not in self._members:
            return MyDigits.empty()
        try:
            with self._open(_DIGITS) as member, open_archive(cast(BinaryIO, member), _DIGITS_BUDGET) as arrays:
                return _digits(arrays)
        except ModelFileError as error:
            raise ProjectFileError(f"{_DIGITS}: {error}") from error


def _digits(arrays: Archive) -> MyDigits:
    arrays.refuse_others({"images", "labels"})
    images, labels = arrays.header("images"), arrays.header("labels")
    count = labels.shape[0] if len(labels.shape) == 1 else 0
    if {images.dtype, labels.dtype} != {np.dtype(np.uint8)} or images.shape != (count, PIXELS):
        raise ModelFileError(f"expected images of {PIXELS} bytes each, and a label for each.")
    if count > MOST_DIGITS:
        raise ModelFileError(f"it holds {count:,} digits; expected {MOST_DIGITS:,} at most.")
    digits = MyDigits(arrays.elements(images), arrays.elements(labels))
    if (digits.labels >= CLASSES).any():
        raise ModelFileError(f"a label is {int(digits.labels.max())}; expected 0 to 9.")
    return digits


def _lesson_result(key: str, values: object) -> LessonResult:
    if not isinstance(values, dict) or len(key) > 200:
        raise ProjectFileError(f"what it says of the lesson {key[:60]!r} makes no sense.")
    fields = Fields(values, f"lesson {key[:60]}: ", "step done", error=ProjectFileError)
    return LessonResult(fields.whole("step", 1_000), fields.get("done", bool))


@contextmanager
def open_project(path: Path) -> Iterator[ProjectReader]:
    """Open a project for reading.

    Raises
    ------
    ProjectFileError
        If it cannot be read, is damaged, is too large, or holds what no project has; also from within the block.
    """
    try:
        meter = Meter("it", PROJECT)
        if not is_file(path):
            raise ProjectFileError("there is no such file.")
        with path.open("rb") as file:
            meter.file(path.stat().st_size)
            check_directory(file, meter)
            with zipfile.ZipFile(file) as archive:
                _check_members(archive, meter)
                yield ProjectReader(archive)
    except OSError as error:
        raise ProjectFileError(f"{path.name} cannot be read ({error.strerror or error}).") from error
    except UserError as error:
        logger.info("%s was refused", path, exc_info=error)
        raise ProjectFileError(f"{path.name}: {error}") from error
    except BAD_ZIP as error:
        logger.info("%s was refused", path, exc_info=error)
        raise ProjectFileError(
            f"{path.name}: this is not a project ({ENDING}), or it is damaged or incomplete."
        ) from error


def _check_members(archive: zipfile.ZipFile, meter: Meter) -> None:
    """Refuse an archive that holds what no project has, or would unpack to too much; nothing has been unpacked yet."""
    names = set()
    packed = 0
    for info in archive.infolist():
        name, budget = info.filename, _limit(info.filename)
        # On a disk that does not tell capitals from small letters, two names may mean one file.
        if name.casefold() in names:
            raise ProjectFileError(f"it holds {name[:100]!r} twice; expected it once.")
        names.add(name.casefold())
        if info.flag_bits & 1:
            raise ProjectFileError(f"{name[:100]!r} in it is encrypted; expected a project without a password.")
        Meter(name, budget).file(info.file_size)
        is_stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
        if not is_stored and (name.endswith(".npz") or info.compress_type != zipfile.ZIP_DEFLATED):
            raise ProjectFileError(f"{name[:100]!r} is packed in a way that no project is; it was not opened.")
        packed += info.compress_size
        meter.unpacked(info.file_size, packed=packed)


def _limit(name: str) -> Budget:
    """Return what a member may cost.

    Raises
    ------
    ProjectFileError
        If no project has a member of this name.
    """
    fixed = {_ABOUT: SESSION, _NETWORK: MODEL, _DIGITS: _DIGITS_BUDGET}
    if name in fixed:
        return fixed[name]
    if _RUN.fullmatch(name):
        return RUN
    match = _LESSON.fullmatch(name)
    if match and is_lesson_file(match[1]):
        return LESSON if name.lower().endswith(".toml") else LESSON_IMAGE
    raise ProjectFileError(f"it holds {name[:100]!r}, which no project has; it was not opened.")


def is_lesson_file(name: str) -> bool:
    """Return whether a file of this name is part of a lesson, and may be put into a folder on any system."""
    return bool(_LESSON_NAME.fullmatch(name)) and not _DEVICES.fullmatch(name)
