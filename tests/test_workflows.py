"""What runs elsewhere names what is here: targets, files and groups exist, and nothing foreign changes by itself."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.program import MAIN

ROOT = MAIN.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCRIPTS = [ROOT / ".ci" / "run", ROOT / ".ci" / "test-packages", ROOT / ".ci" / "packages" / "install.sh"]


def commands(workflow: Path) -> list[str]:
    """Return what each step of a workflow has a shell do."""
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job.get("steps", []) if "run" in step]


def all_commands() -> str:
    written = [command for workflow in WORKFLOWS for command in commands(workflow)]
    return "\n".join([*written, *(script.read_text(encoding="utf-8") for script in SCRIPTS)])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_the_one_that_was_looked_at(workflow):
    # A tag can be moved to other code, a commit cannot.
    used = re.findall(r"uses: (\S+)(.*)", workflow.read_text(encoding="utf-8"))
    foreign = [(action, version) for action, version in used if not action.startswith("./")]
    assert foreign
    for action, version in foreign:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", version), action
    assert all((ROOT / action).is_file() for action, _ in used if action.startswith("./"))


def test_every_target_that_is_made_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = set(re.findall(r"^(?:.* )?make ([a-z-]+)$", all_commands(), re.MULTILINE))
    assert made
    assert made <= targets


def test_every_file_and_every_group_that_is_named_exists():
    text = all_commands()
    named = set(re.findall(r"(?<![\w/])(?:\.ci|tests|core)/[\w./-]*\w", text))
    assert named
    assert not {name for name in named if not (ROOT / name).exists()}
    with (ROOT / "pyproject.toml").open("rb") as file:
        groups = set(tomllib.load(file)["dependency-groups"])
    assert set(re.findall(r"--group (\w+)", text)) <= groups


def test_every_shell_step_is_written_in_the_shells_language():
    bash = shutil.which("bash")
    if bash is None or os.name == "nt":
        pytest.skip("there is no bash here, or the one of Windows that wants a Linux first")
    for script in [command for workflow in WORKFLOWS for command in commands(workflow)]:
        filled_in = re.sub(r"\$\{\{.*?\}\}", "value", script)
        done = subprocess.run([bash, "-n"], input=filled_in, text=True, capture_output=True)
        assert done.returncode == 0, f"{script}\n{done.stderr}"
