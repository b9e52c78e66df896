"""What users read keeps to one word for each idea, the field's own (docs/words.md), in American spelling."""

import ast
import re
import tokenize
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SOURCES = sorted([ROOT / "main.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")])
TEXTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
LESSONS = sorted((ROOT / "resources" / "lessons").glob("*.toml"))

USE = {
    r"pictures?": "image",
    r"blame[sd]?": "gradient",
    r"bends?": "nonlinearity",
    r"ready-made": "pretrained",
    r"r[au]ns? away": "diverge",
    r"neurons?": "unit",
    r"iterations?": "update",
    r"learnt": "learned",
    r"licence": "license",
    r"labelled|labelling": "labeled",
    r"colours?|coloured": "color",
    r"centre[sd]?": "center",
    r"grey": "gray",
    r"behaviours?": "behavior",
    r"neighbours?": "neighbor",
    r"(optimi|recogni|initiali|normali)s(e|es|ed|er|ers|ation|ing)": "the spelling with z",
    r"way back": "undo, replay or backward pass",
}
"""Words that users do not read, as patterns, and what is said instead."""

IN_CODE = {
    r"wish(es|ed)?": "request",
    r"hindrance": "disabled_reason",
    r"wear(s|ing)?|worn|dress(ed|es)?": "apply (a theme)",
    r"farewell": "offer",
    r"desks?": "controller",
    r"learnt": "learned",
    r"blame[sd]?": "gradient",
    r"figures?": "metrics, numbers or digits",
    r"pictures?": "image",
    r"optimiser\w*|centre[sd]?|grey(s|ed)?|colours?|behaviours?|neighbours?|labell(ed|ing)": "the American spelling",
    r"(optimi|recogni|initiali|normali)s(e|es|ed|er|ers|ation|ing)": "the spelling with z",
    r"way[ _]back": "undo, replay, recovery or backward pass",
    r"r[au]ns?[ _]away": "diverge",
}
"""Words that names, comments and docstrings do not use, and what is said instead; signals are below."""

SIGNALS = r"(\w+_(?:wanted|asked_for)|told|taken_back) = Signal"
"""Signals are named after what has happened, or after what is requested."""

ALLOWED = {
    ("docs/words.md", "neuron"): "what others say",
    ("docs/words.md", "iteration"): "what others say",
    ("gui/help/help_window.py", "neuron"): "an example of what others say",
    ("gui/actions.py", "iteration"): "named once, in brackets",
    ("resources/lessons/original-recipe.toml", "iteration"): "named once, in brackets",
    ("core/commands/arguments.py", "iteration"): "the name of an option",
    ("core/training/network_settings.py", "neuron"): "named once, in brackets",
    ("core/training/config.py", "iteration"): "named once, in brackets",
    ("core/lessons/lesson_text.py", "bend"): "what word processors do to quotes",
    ("gui/look/style_sheet.py", "grey"): "the name of a file",
}


def read_by_users(path: Path) -> str:
    """Return the strings of a source file that may reach the screen: with a space, or beginning like a sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    inside -= {id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)}
    documentation = {
        id(node.value)
        for parent in ast.walk(tree)
        for node in (getattr(parent, "body", None) if isinstance(getattr(parent, "body", None), list) else ())
        if isinstance(node, ast.Expr)
    }
    texts = []
    for node in ast.walk(tree):
        if id(node) in documentation or id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            texts.append("…".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return "\n".join(text for text in texts if " " in text.strip() or text[:1].isupper())


def named(source: str) -> str:
    """Return what whoever works on a source file reads: its names, comments and docstrings, without other strings."""
    documentation = {
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    words = []
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.COMMENT):
            words.append(token.string)
        elif token.type == tokenize.STRING and token.start[0] in documentation:
            words.append(ast.literal_eval(token.string))
    return "\n".join(words)


def without_code(markdown: str) -> str:
    """Return a document without what is code, a link's address or the name of a file."""
    text = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    text = re.sub(r"`[^`]*`", "", text)
    return re.sub(r"\]\([^)]*\)|https?://\S+", "", text)


def wrong_words(path: Path, text: str) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    found = []
    for pattern, instead in USE.items():
        for match in re.finditer(rf"\b({pattern})\b", text, flags=re.IGNORECASE):
            word = match.group(0).lower()
            if not any(name == place and word.startswith(allowed) for place, allowed in ALLOWED):
                around = text[max(match.start() - 30, 0) : match.end() + 30].replace("\n", " ")
                found.append(f"{name}: “{word}”, say {instead}: …{around}…")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_window_and_the_commands_use_the_fields_words(path):
    assert not wrong_words(path, read_by_users(path))


@pytest.mark.parametrize("path", [*TEXTS, *LESSONS], ids=lambda path: path.name)
def test_documents_and_lessons_use_the_fields_words(path):
    text = path.read_text(encoding="utf-8")
    assert not wrong_words(path, without_code(text) if path.suffix == ".md" else text)


TAKES_PICTURES = re.compile(r"\bgrab\(|\bPainted\(|\bQPainter\b|\bpicture_export\b|screenshot|\.png\b")
"""What gives away that a file paints, saves or looks at a picture: a plot, or the window."""

IN_CODE_ALLOWED = {
    ("core/text/agreement.py", "figure"): "numbers are figures here, written digit by digit",
    ("core/text/formula.py", "figure"): "numbers are figures here, written digit by digit",
    ("core/drawing/photos/printed_lines.py", "picture"): "the title of a paper",
    ("gui/help/help_window.py", "picture"): "those of the documents",
    ("gui/widgets/plots/plot_axis.py", "picture"): "a name of pyqtgraph's",
}

BENCHMARKS = ROOT / "tests" / "benchmarks"
CODE = [path for path in (*SOURCES, *TESTS) if not path.is_relative_to(BENCHMARKS) and path != Path(__file__)]
"""What is held to it; benchmarks measure figures, and this file holds the words themselves."""


def wrong_names(path: Path, source: str) -> list[str]:
    name, text = path.relative_to(ROOT).as_posix(), named(source)
    found = []
    for pattern, instead in IN_CODE.items():
        for match in re.finditer(rf"(?<![a-z])({pattern})(?![a-z])", text, flags=re.IGNORECASE):
            word = match.group(0).lower()
            is_allowed = any(name == place and word.startswith(allowed) for place, allowed in IN_CODE_ALLOWED)
            if not is_allowed and not (word.startswith("picture") and TAKES_PICTURES.search(source)):
                found.append(f"{name}: {word}, say {instead}")
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_comments_and_docstrings_use_the_fields_words(path):
    source = path.read_text(encoding="utf-8")
    assert not wrong_names(path, source)
    assert not re.findall(SIGNALS, source)


def test_a_wrong_word_is_found_in_a_name_and_in_a_docstring():
    source = '"""A hindrance."""\n_newest_wish = "Dress"  # wears\n'
    assert named(source).split("\n") == ["A hindrance.", "_newest_wish", "# wears"]


def test_only_who_takes_pictures_may_name_them():
    source = "picture = 1\n"
    assert wrong_names(ROOT / "a.py", source) == ["a.py: picture, say image"]
    assert not wrong_names(ROOT / "a.py", "picture = widget.grab()\n")


def test_a_wrong_word_is_found_where_users_read_it(tmp_path):
    source = tmp_path / "a.py"
    source.write_text('"""A picture."""\nPICTURE = 1\nname = "picture"\ntext = f"Open a picture of {name}"\n')
    assert "picture" in read_by_users(source)
    assert read_by_users(source).count("picture") == 1
    assert wrong_words(ROOT / "a.py", read_by_users(source)) == ["a.py: “picture”, say image: …Open a picture of …"]
