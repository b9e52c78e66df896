"""A project is one file with everything in it: what comes out is what went in, and nothing hostile comes in."""

import io
import json
import struct
import zipfile

import numpy as np
import pytest

from core.data.data_source import DataSource
from core.data.data_sources import BUILTIN
from core.data.my_digits import MyDigits
from core.drawing.pen import PenStroke
from core.drawing.sketch import lay_out
from core.errors import ProjectFileError
from core.files.project_file import Contents, LessonResult, is_lesson_file, open_project, save_project
from core.files.saved_model import SavedModel
from core.files.session_file import SessionRecord
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.digit_files import random_dataset
from tests.small_data import small_pair


def advance(run: Run, update: int) -> None:
    while run.update < update:
        run.step()


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    """Two trained runs, one of them with a change on the way."""
    made = []
    for number, optimizer in enumerate(("adam", "sgd"), start=1):
        config = TrainingConfig(optimizer=optimizer, batch_size=50, epochs=2, validation=50)
        run = Run(Recipe(config), small_pair(300, 50), name=f"Run {number}", test_share=0)
        advance(run, 5)
        run.turn_knob(learning_rate=0.01)
        advance(run, 9)
        made.append(run)
    return made


def record_of(run: Run, source: DataSource | None = None) -> RunRecord:
    return RunRecord.of(run, run.checkpoint(), source)


def contents_of(run: Run) -> Contents:
    digits = random_dataset(7)
    return Contents(
        session=SessionRecord(
            run_id=run.id,
            position=3,
            config=run.recipe.config,
            speed=25.0,
            tab="Evaluate",
            lesson="mine.toml",
            step=1,
            curves={run.id: 2},
            marks=(PenStroke(((10.5, 20.25, 22.0), (90.125, 91.0, 21.5))), lay_out(digits.images[0].reshape(28, 28))),
        ),
        lessons={"momentum": LessonResult(3, False), "mine.toml": LessonResult(1, True)},
        digits=MyDigits(digits.images, digits.labels),
        network=SavedModel.from_snapshot(run.snapshot(), run.data, run.metrics.read(), unlike_limit=3.5),
        own_lessons={"mine.toml": b'title = "Mine"\n[[step]]\ntext = "Look."\n', "seven.png": b"\x89PNG not looked at"},
    )


def same_run(one: RunRecord, other: RunRecord) -> bool:
    arrays = [
        (np.asarray(getattr(one.metrics, name)), np.asarray(getattr(other.metrics, name)))
        for name in ("batch_loss", "batch_accuracy", "test_updates", "validation_loss")
    ]
    arrays += [(a.parameters.vector, b.parameters.vector) for a, b in zip(one.states, other.states, strict=True)]
    arrays += [
        (x, y) for a, b in zip(one.states, other.states, strict=True) for x, y in zip(a.slots, b.slots, strict=True)
    ]
    return one.summary == other.summary and all(a.tobytes() == b.tobytes() for a, b in arrays)


@pytest.fixture
def project(tmp_path, runs):
    path = tmp_path / "lab.mnistann"
    save_project(path, contents_of(runs[0]), [lambda run=run: record_of(run) for run in runs])
    return path


def test_what_comes_out_is_what_went_in_bit_for_bit(project, runs):
    expected = contents_of(runs[0])
    with open_project(project) as reader:
        read = reader.contents
        assert reader.run_ids == tuple(run.id for run in runs)
        for run in runs:
            assert same_run(reader.load_run(run.id), record_of(run))
    assert read.lessons == expected.lessons
    assert read.own_lessons == expected.own_lessons
    assert read.digits.same_as(expected.digits)
    assert read.network.network.parameters.vector.tobytes() == expected.network.network.parameters.vector.tobytes()
    assert read.network.unlike_limit == 3.5
    stroke, image = read.session.marks
    assert stroke == expected.session.marks[0]
    assert np.array_equal(image.ink, expected.session.marks[1].ink)
    assert np.array_equal(image.example, expected.session.marks[1].example)
    for name in ("run_id", "position", "config", "speed", "tab", "lesson", "step", "curves"):
        assert getattr(read.session, name) == getattr(expected.session, name), name


def test_a_run_goes_on_from_there_as_if_it_had_never_been_in_a_file(project, runs):
    with open_project(project) as reader:
        again = reader.load_run(runs[0].id).to_run(runs[0].data)
    straight = record_of(runs[0]).to_run(runs[0].data)
    for run in (again, straight):
        advance(run, 10)
    assert (
        again.snapshot().network.parameters.vector.tobytes() == straight.snapshot().network.parameters.vector.tobytes()
    )


def test_numpy_alone_reads_it(project, runs):
    with zipfile.ZipFile(project) as archive:
        assert archive.testzip() is None
        about = json.loads(archive.read("project.json"))
        run = np.load(io.BytesIO(archive.read(f"runs/{runs[0].id}.npz")))
        digits = np.load(io.BytesIO(archive.read("my_digits.npz")))
        network = np.load(io.BytesIO(archive.read("network.npz")))
    assert about["format"] == "MNIST_ANN project"
    assert len(run["batch_loss"]) == 9
    assert digits["images"].shape == (7, 784)
    assert network["W1"].shape[0] == 784


def test_an_empty_project_is_one_too(tmp_path):
    path = tmp_path / "empty.mnistann"
    save_project(path, Contents(session=SessionRecord(config=TrainingConfig())), [])
    with open_project(path) as reader:
        assert reader.run_ids == ()
        assert len(reader.contents.digits) == 0
        assert reader.contents.network is None


def test_paths_of_the_computer_stay_there_and_are_not_believed(tmp_path, runs):
    path, run = tmp_path / "lab.mnistann", runs[0]
    secret = DataSource(("/home/anna/secret/digits.csv",))
    session = SessionRecord(run_id=run.id, config=run.recipe.config, source=secret)
    save_project(path, Contents(session=session), [lambda: record_of(run, secret)])
    assert b"anna" not in path.read_bytes()
    with open_project(path) as reader:
        assert reader.contents.session.source is None
        assert reader.load_run(run.id).summary.data.source is None
    builtin = DataSource((BUILTIN,))
    save_project(path, Contents(session=session), [lambda: record_of(run, builtin)])
    with open_project(path) as reader:
        assert reader.load_run(run.id).summary.data.source == builtin


# Hostile ones


def rewritten(path, change):
    """Write the archive again, each member as ``change(name, content)`` says: a list of (name, content)."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (pair for member in members for pair in change(*member)):
            archive.writestr(name, content)


def read_all(path) -> None:
    with open_project(path) as reader:
        for run_id in reader.run_ids:
            reader.load_run(run_id)


def refusal(path) -> str:
    with pytest.raises(ProjectFileError) as error:
        read_all(path)
    sentence = str(error.value)
    assert sentence.startswith(path.name)
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.toml", "lessons/../../evil.toml", "lessons/..\\evil.toml", "/etc/passwd", "C:\\evil.toml"),
        *("lessons/.hidden.toml", "lessons/con.toml", "lessons/a:b.toml", "lessons/a\nb.toml", "lessons/deep/a.toml"),
        *("runs/../evil.npz", "runs/evil.npz", "evil.py", "lessons/evil.py", "lessons/", "PROJECT.JSON", ""),
    ],
)
def test_a_name_that_no_project_has_is_refused(project, name):
    with zipfile.ZipFile(project, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name or "nameless"), b"x")
    assert "which no project has" in refusal(project) or "twice" in refusal(project)


def test_a_member_that_is_there_twice_is_refused(project):
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(project, "a") as archive:
        archive.writestr("project.json", "{}")
    assert "twice" in refusal(project)


def test_a_member_that_claims_to_be_huge_is_refused_before_it_is_read(project):
    data = bytearray(project.read_bytes())
    # Where the list of members begins, as the end of the archive tells.
    (place,) = struct.unpack_from("<I", data, data.rfind(b"PK\x05\x06") + 16)
    data[place + 24 : place + 28] = struct.pack("<I", 3_000_000_000)
    project.write_bytes(data)
    assert "larger than" in refusal(project)


def test_a_bomb_is_refused(project):
    with zipfile.ZipFile(project, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(120):
            archive.writestr(f"lessons/{number}.png", bytes(4_900_000))
    assert "times its size" in refusal(project)


def test_arrays_that_are_packed_again_are_refused(project):
    with zipfile.ZipFile(project) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(project, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    assert "packed in a way" in refusal(project)


def test_too_many_members_are_refused_before_they_are_listed(project):
    with zipfile.ZipFile(project, "a") as archive:
        for number in range(2_100):
            archive.writestr(f"lessons/{number}.toml", b"")
    assert "2,000 files" in refusal(project)


def test_nothing_is_unpickled(project, tmp_path):
    class Evil:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'evil')!r}, 'w')",))

    pickled = io.BytesIO()
    np.savez(pickled, images=np.array([Evil()], dtype=object), labels=np.zeros(1, np.uint8))
    rewritten(project, lambda name, content: [(name, pickled.getvalue() if name == "my_digits.npz" else content)])
    assert "my_digits" in refusal(project) or "images" in refusal(project)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: {**about, "version": 2}, "newer version"),
        (lambda about: {**about, "version": "1"}, "makes no sense"),
        (lambda about: {**about, "format": "MNIST_ANN model"}, "not a project"),
        (lambda about: {**about, "evil": 1}, "evil"),
        (lambda about: {**about, "lessons": {"a": {"step": -1, "done": True}}}, "step"),
        (lambda about: {**about, "lessons": {"a": []}}, "makes no sense"),
        (lambda about: {**about, "lessons": {str(key): {"step": 0, "done": True} for key in range(501)}}, "501"),
        (lambda about: {**about, "session": {}}, "not what a window"),
        (lambda about: [], "not a project"),
    ],
)
def test_what_makes_no_sense_is_refused(project, change, said):
    def edit(name, content):
        return [(name, json.dumps(change(json.loads(content))) if name == "project.json" else content)]

    rewritten(project, edit)
    assert said in refusal(project)


def test_a_run_under_another_id_is_refused(project):
    rewritten(
        project,
        lambda name, content: (
            [(name.replace("runs/", "runs/0")[:38] + ".npz", content)] if "runs/" in name else [(name, content)]
        ),
    )
    assert "runs/0" in refusal(project)


def test_digits_that_are_none_are_refused(project):
    for images, labels in (((3, 784), [1, 2, 10]), ((3, 783), [1, 2, 3]), ((2, 784), [1, 2, 3])):
        packed = io.BytesIO()
        np.savez(packed, images=np.zeros(images, np.uint8), labels=np.array(labels, np.uint8))
        rewritten(
            project, lambda name, content, new=packed: [(name, new.getvalue() if name == "my_digits.npz" else content)]
        )
        assert "my_digits.npz" in refusal(project)


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "lab.mnistann"
    assert "no such file" in refusal(path)
    path.write_bytes(b"not a zip at all" * 100)
    assert "not a project" in refusal(path)


def test_a_project_that_cannot_be_written_leaves_the_old_one(project, runs):
    before = project.read_bytes()

    def fail():
        raise OSError(28, "No space left on device")

    with pytest.raises(ProjectFileError, match="could not be saved"):
        save_project(project, contents_of(runs[0]), [fail])
    assert project.read_bytes() == before
    assert [path.name for path in project.parent.iterdir()] == [project.name]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        *(("mine.toml", True), ("Über uns 2.TOML", True), ("seven.png", True), ("a" * 120 + ".toml", False)),
        *(("mine.toml.exe", False), ("aux.toml", False), ("COM1.png", False), ("a/b.toml", False), (".toml", False)),
    ],
)
def test_names_of_lessons_are_names_on_every_system(name, is_one):
    assert is_lesson_file(name) is is_one
