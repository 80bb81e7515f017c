"""What people read cites nothing that they do not have; docstrings may."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockstudio

PACKAGE = Path(mockstudio.__file__).parent
CITED = re.compile(r"\breference [0-9]|rest-api\.md|studio-flows\.md")
CODE = sorted(PACKAGE.rglob("*.py"))
DATA = sorted(path for kind in ("*.yaml", "*.json") for path in PACKAGE.rglob(kind))


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Yield all texts of a module but those that stand alone, as docstrings do."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_texts_are_found_in_code_and_in_data():
    assert len(CODE) > 100
    assert len(DATA) > 5
    assert list(texts_of(ast.parse('def f():\n    """a"""\n    return f"b{c}d"'))) == ["b", "d"]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_text_in_code_cites_what_its_reader_does_not_have(path):
    assert not [text for text in texts_of(ast.parse(path.read_text())) if CITED.search(text)]


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_file_of_texts_cites_what_its_reader_does_not_have(path):
    assert not CITED.findall(path.read_text())
