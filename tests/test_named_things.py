"""What documents and docstrings name is there: files, links, and names in the code; and what a file names, it uses."""

import ast
import builtins
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([ROOT / "main.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")])
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ABOUT_THE_CODE = [page for page in PAGES if page.name in ("architecture.md", "reading.md") or "decisions" in page.parts]

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:core|gui|tests|docs|resources|\.ci)/[\w./-]+)`")
NAME = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:\.\w+)*)(?:\(\))?`(?!`)")

OF_OTHERS = {
    *("QNetworkAccessManager", "QStyleHints", "setColorScheme", "QThread", "QThreadPool", "moveToThread", "asyncio"),
    *("concurrent", "requests", "M_MMAP_THRESHOLD"),
}
"""What is named because it was rejected."""

EXAMPLES = {"image.png"}
"""Files that stand for those of a reader."""


@cache
def names() -> frozenset[str]:
    """Every name that the program's code uses, and those of its files and folders."""
    found = {*dir(builtins), "py", "futures"}
    for path in SOURCES:
        found |= set(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                    found |= set(name.split("."))
    return frozenset(found)


def unknown(text: str) -> list[str]:
    known = names() | OF_OTHERS
    return [name for name in NAME.findall(text) if not set(name.split(".")) <= known and not (ROOT / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_paths_of_a_document_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link and link not in EXAMPLES]
    missing = [link for link in links if not (page.parent / link).exists()]
    # What has changed may have been about files that are no more.
    paths = [] if page.name == "CHANGELOG.md" else PATH.findall(text)
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", ABOUT_THE_CODE, ids=lambda page: page.name)
def test_names_in_a_document_about_the_code_are_in_the_code(page):
    assert unknown(page.read_text(encoding="utf-8")) == []


def test_names_in_docstrings_are_in_the_code():
    """Those of modules, classes, functions, and of the values that a text below describes."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                lines = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                found += [f"{lines}: {name}" for name in unknown(node.value.value)]
    assert found == []


def test_what_is_private_to_a_file_is_used_in_it():
    unused = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
            for target in (one for each in targets for one in getattr(each, "elts", [each])):
                name = getattr(target, "id", getattr(target, "name", ""))
                if re.match("_[^_]", str(name)) and len(re.findall(rf"\b{name}\b", text)) == 1:
                    unused.append(f"{path.relative_to(ROOT).as_posix()}: {name}")
    assert unused == []
