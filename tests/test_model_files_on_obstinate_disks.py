"""Where a disk or a folder refuses, a model is saved whole or not at all, and the old file stays."""

import os
import subprocess
import sys

import pytest

from core.errors import ModelFileError
from core.files.model_files import load_model, save_model
from tests.model_files import make_model, refusal, save_small_model
from tests.obstinate_disks import as_ordinary_user, tiny_disk


@pytest.fixture
def saved(tmp_path):
    return save_small_model(tmp_path)


def test_a_full_disk_leaves_the_old_file(tmp_path):
    with tiny_disk(tmp_path / "disk", 200_000) as disk:
        small, large = make_model((10,)), make_model((128,))
        save_model(disk / "model.npz", small)
        before = (disk / "model.npz").read_bytes()
        with pytest.raises(ModelFileError, match="could not be saved"):
            save_model(disk / "model.npz", large)
        assert (disk / "model.npz").read_bytes() == before
        assert [path.name for path in disk.iterdir()] == ["model.npz"]


@pytest.mark.skipif(os.name == "nt", reason="limits of a process exist on POSIX only")
def test_a_limit_on_file_sizes_leaves_the_old_file(saved):
    before = saved.read_bytes()
    script = (
        "import resource, sys, pathlib; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)\n"
        "from core.files.model_files import save_model\n"
        "from tests.model_files import make_model\n"
        "save_model(pathlib.Path(sys.argv[1]), make_model((128,)))"
    )
    done = subprocess.run([sys.executable, "-c", script, saved], capture_output=True, text=True)
    assert "could not be saved" in done.stderr.splitlines()[-1]
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["model.npz"]


def test_a_folder_that_is_not_there_or_no_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"nowhere.*could not be saved"):
        save_model(tmp_path / "nowhere" / "model.npz", make_model())
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelFileError, match="could not be saved"):
        save_model(tmp_path / "file" / "model.npz", make_model())


def test_a_folder_without_permission_is_named(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    save_model(folder / "model.npz", make_model())
    folder.chmod(0o000)
    try:
        with as_ordinary_user():
            with pytest.raises(ModelFileError, match="Permission denied"):
                save_model(folder / "model.npz", make_model())
            assert "Permission denied" in refusal(folder / "model.npz")
    finally:
        folder.chmod(0o700)


def test_a_read_only_disk_is_named(tmp_path):
    with tiny_disk(tmp_path / "disk", 200_000) as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(ModelFileError, match="Read-only file system"):
            save_model(disk / "model.npz", make_model())


def test_a_link_stays_a_link_and_what_it_leads_to_is_replaced(saved):
    link = saved.with_name("link.npz")
    link.symlink_to(saved.name)
    save_model(link, make_model((3,)))
    assert link.is_symlink()
    assert load_model(saved).network.layer_sizes == (784, 3, 10)


@pytest.mark.skipif(os.name == "nt", reason="pipes with names exist on POSIX only")
def test_a_device_is_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ModelFileError, match="folder or a device"):
        save_model(pipe, make_model())
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
