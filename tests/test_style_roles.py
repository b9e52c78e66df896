"""Every role that the style sheet knows is given to some widget, so that no rule is left for what is gone."""

import ast
import re
from pathlib import Path

import pytest

GUI = Path(__file__).parents[1] / "gui"
SHEET = GUI / "look" / "style_sheet.py"


def words_of(path):
    return {
        node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    }


GIVEN = set().union(*(words_of(path) for path in GUI.rglob("*.py") if path != SHEET))


@pytest.mark.parametrize("role", sorted(set(re.findall(r'role="(\w+)"', SHEET.read_text(encoding="utf-8")))))
def test_every_role_of_the_style_sheet_is_given_to_a_widget(role):
    assert role in GIVEN
