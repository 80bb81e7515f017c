"""Data as YAML that reads back as the same data, texts of several lines as blocks."""

from __future__ import annotations

from typing import Any, Final

import yaml

from mockstudio.errors import DocumentError
from mockstudio.files.documents import parse_yaml
from mockstudio.files.yaml_text import plain_value

_NEVER_FOLDED: Final = 2**31 - 1
_DEPTH_OF_VALUES: Final = 8
"""How deep in an endpoint file the values stand that are asked about."""


class _Dumper(yaml.SafeDumper):
    """Writes every scalar so that `mockstudio.files` reads it as it is meant."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Lists are indented, as in all our files.
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text and text.strip() and text.replace("\n", "").isprintable():
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    # What YAML 1.1 takes for text may be a number in 1.2, such as 1e5.
    style = None if isinstance(plain_value(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def as_yaml(data: Any) -> str:
    """Return data as YAML: mappings in their order, no line folded."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_NEVER_FOLDED
    )
    return text


def survives(value: Any) -> bool:
    """Tell whether a value that is written into a file is read as the same value."""
    wrapped = value
    for _ in range(_DEPTH_OF_VALUES):
        wrapped = [wrapped]
    try:
        text = as_yaml(wrapped)
        text.encode()
        return bool(parse_yaml(text, "").data == wrapped)
    except (DocumentError, ValueError, RecursionError):
        return False
