"""Who may know whom, and what core/ may import. What breaks these is a fault."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import core
from core.network.activations import ACTIVATIONS

ROOT = Path(__file__).parents[1]
LESSON = [
    f"{chapter}.{path.stem}"
    for chapter in ("network", "training")
    for path in sorted((ROOT / "core" / chapter).glob("*.py"))
    if path.stem != "__init__"
]


MOST_LINES = 400


def imported_by(path: Path) -> set[str]:
    """Names of the modules that a file imports anywhere."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_the_import_contracts_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", LESSON)
def test_the_network_and_its_training_import_numpy_and_the_standard_library_alone(module):
    known = set(sys.stdlib_module_names) | {"numpy", "core"}
    seen, todo = set(), [module]
    while todo:
        path = ROOT / "core" / f"{todo.pop().replace('.', '/')}.py"
        for name in imported_by(path):
            assert name.split(".")[0] in known, f"{path.name} imports {name}"
            child = name.removeprefix("core.")
            if name.startswith("core.") and child not in seen:
                seen.add(child)
                todo.append(child)


@pytest.mark.parametrize("package", ["core", "gui"])
def test_the_document_names_every_room_on_its_floor(package):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    floors = next(each["layers"] for each in contracts if each.get("containers") == [package])
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split(f"| floor of `{package}/` |")[1].split("\n\n")[0]
    named = [re.findall(r"`(\w+)`", line.split("|")[1]) for line in table.splitlines()[2:]]
    assert named == [floor.split(" | ") for floor in floors]


def test_training_without_a_window_imports_nothing_of_the_window():
    script = (
        "import sys, core.commands.train; print([name for name in sys.modules if name.startswith(('gui', 'PySide6'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_blas_is_limited_before_numpy_is_imported():
    script = (
        "import sys, runpy\n"
        "class Watch:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        import os\n"
        "        if name == 'numpy': print('threads', os.environ.get('OPENBLAS_NUM_THREADS'))\n"
        "sys.meta_path.insert(0, Watch()); sys.argv = ['main.py', 'evaluate', 'nowhere']\n"
        "runpy.run_path('main.py', run_name='__main__')"
    )
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=environment)
    # The first line may come from looking for NumPy without importing it.
    assert set(done.stdout.split("\n")) - {""} == {"threads 1"}


def test_the_reading_order_names_files_that_are_there():
    named = re.findall(r"^ *\d+\. `core\.([\w.]+)`", core.__doc__, re.MULTILINE)
    assert [int(number) for number in re.findall(r"^ *(\d+)\. `", core.__doc__, re.MULTILINE)] == list(
        range(1, len(named) + 1)
    )
    for name in [*named, *re.findall(r"`core\.([\w.]+)`", core.__doc__)]:
        path = ROOT / "core" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_the_page_to_read_by_names_the_same_files_in_the_same_order():
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    linked = re.findall(r"^(\d+)\. \[core/([\w/]+)\.py\]\(\.\./core/([\w/]+)\.py\)", page, re.MULTILINE)
    ordered = re.findall(r"^ *(\d+)\. `core\.([\w.]+)`", core.__doc__, re.MULTILINE)
    assert [(number, name.replace("/", ".")) for number, name, _ in linked] == ordered
    assert all(name == target for _, name, target in linked)


@pytest.mark.parametrize("folder", ["core", "gui", "tests"])
def test_no_file_is_long(folder):
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert [f"{path.relative_to(ROOT)}: {lines}" for path, lines in lengths.items() if lines > MOST_LINES] == []


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Give every node of the syntax of some folders, with the file and line that it stands in."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}", node


def test_no_call_spreads_a_tuple_that_it_has_just_made():
    literal = (ast.Tuple, ast.List)
    assert not [
        place
        for place, node in nodes("core", "gui")
        if isinstance(node, ast.Call)
        and any(isinstance(each, ast.Starred) and isinstance(each.value, literal) for each in node.args)
    ]


def test_what_a_nonlinearity_is_asked_for_stands_in_its_own_file():
    """No branch and no table by the name of an activation elsewhere; that it is a default may be said anywhere."""

    def asked_for(node: ast.AST) -> list[ast.expr]:
        match node:
            case ast.Compare():
                return [node.left, *node.comparators]
            case ast.Dict():
                return [key for key in node.keys if key is not None]
            case ast.MatchValue():
                return [node.value]
            case ast.Subscript():
                return [node.slice]
        return []

    # There "tanh" is a word of formulas.
    found = {place for place, node in nodes("core", "gui") for name in asked_for(node) if is_name(name, ACTIVATIONS)}
    assert {place.split(":")[0] for place in found} <= {"core/text/formula.py"}


def is_name(node: ast.expr, names: Iterable[str]) -> bool:
    return isinstance(node, ast.Constant) and node.value in set(names)


def test_mathematics_asks_once_for_the_arrays_that_it_computes_into():
    """Not at each product: what is at hand is taken with "or", and else made."""
    assert not [
        place
        for place, node in nodes("core/network", "core/training")
        if isinstance(node, ast.IfExp) and re.match(r"(into|out)\b", ast.unparse(node.test))
    ]
