from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockstudio.endpoints.function_modules import Handler, folder_of, load_function
from mockstudio.endpoints.request import Request
from mockstudio.errors import FunctionError

REQUEST = Request("GET", "/")


@pytest.fixture(autouse=True)
def _forget_modules() -> Iterator[None]:
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]
    assert sys.path == path


def write(folder: Path, name: str, source: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(source)
    return folder


def answered(handler: Handler) -> object:
    return handler({}, {}, REQUEST)


def test_a_function_is_found_beside_the_endpoint_file(tmp_path: Path) -> None:
    write(tmp_path, "prices.py", "VAT = 1.19")
    write(
        tmp_path,
        "orders.py",
        "from prices import VAT\ndef lookup(context, event, request): return VAT",
    )
    assert answered(load_function("orders", "lookup", tmp_path)) == 1.19
    assert str(tmp_path) not in sys.path


def test_a_function_is_found_in_a_package(tmp_path: Path) -> None:
    write(tmp_path / "shop", "__init__.py", "")
    write(tmp_path / "shop", "orders.py", "def lookup(context, event, request): return 'package'")
    assert answered(load_function("shop.orders", "lookup", tmp_path)) == "package"


def test_functions_of_one_module_share_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        "counting.py",
        "calls = []\n"
        "def add(context, event, request): calls.append(1)\n"
        "def count(context, event, request): return len(calls)",
    )
    answered(load_function("counting", "add", tmp_path))
    assert answered(load_function("counting", "count", tmp_path)) == 1


@pytest.mark.parametrize("name", ["orders", "json", "time"])
def test_modules_of_one_name_in_two_folders_are_two_modules(tmp_path: Path, name: str) -> None:
    taken = sys.modules.get(name)
    source = "calls = []\ndef lookup(context, event, request):\n calls.append(1)\n return '{}', {}"
    for folder in ("a", "b"):
        write(tmp_path / folder, f"{name}.py", source.format(folder, "len(calls)"))
    for expected in (1, 2):
        for folder in ("a", "b"):
            handler = load_function(name, "lookup", tmp_path / folder)
            assert answered(handler) == (folder, expected)
    assert taken is None or sys.modules[name] is taken


def test_a_module_that_fails_beside_another_is_not_kept(tmp_path: Path) -> None:
    write(tmp_path, "json.py", "raise ValueError('unfinished')")
    for _ in range(2):
        with pytest.raises(FunctionError, match="ValueError: unfinished"):
            load_function("json", "lookup", tmp_path)


def test_an_installed_module_is_found_too(tmp_path: Path) -> None:
    assert load_function("json", "dumps", tmp_path).__module__ == "json"


def test_a_missing_module_is_told_the_nearest_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "orders.py", "")
    with pytest.raises(FunctionError, match=r"no module 'order' in .*; did you mean 'orders'"):
        load_function("order", "lookup", tmp_path)


def test_a_missing_function_is_told_the_nearest_in_the_module(tmp_path: Path) -> None:
    write(tmp_path, "parcels.py", "def lookup(context, event, request): ...")
    with pytest.raises(FunctionError, match="no function 'look_up'; did you mean 'lookup'"):
        load_function("parcels", "look_up", tmp_path)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import nothing_of_this_name", "ModuleNotFoundError: No module named 'nothing_of_this"),
        ("def broken(:", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("lookup = 42", "no plain function"),
        ("async def lookup(context, event, request): ...", "no plain function"),
    ],
)
def test_a_module_that_cannot_be_used_says_why(tmp_path: Path, source: str, problem: str) -> None:
    write(tmp_path, "unusable.py", source)
    with pytest.raises(FunctionError, match=problem):
        load_function("unusable", "lookup", tmp_path)


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("shop/orders.endpoints.yaml:12", "shop"),
        ("orders.endpoints.yaml:12", "."),
        ("/srv/a:b/orders.yaml:3", "/srv/a:b"),
        ("control API", "."),
        ("http://localhost:x", "."),
        ("", "."),
    ],
)
def test_the_folder_is_read_off_the_source(source: str, folder: str) -> None:
    assert folder_of(source) == Path(folder)
