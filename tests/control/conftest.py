from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from mockstudio.sandbox import Sandbox

PREFIX = "/_mockstudio"
Api = Callable[..., TestResponse]


class Description:
    """The OpenAPI file that a server serves."""

    def __init__(self, text: str) -> None:
        self.document: dict[str, Any] = yaml.safe_load(text)

    @property
    def operations(self) -> set[tuple[str, str]]:
        return {
            (path, method)
            for path, item in self.document["paths"].items()
            for method in item
            if method != "parameters"
        }

    def check(self, response: TestResponse) -> None:
        """Fail unless the description allows a response."""
        path = response.request.path.removeprefix(PREFIX)
        operation = self._item(path)[response.request.method.lower()]
        answer = self._resolved(operation["responses"][str(response.status_code)])
        if "content" not in answer:
            assert response.data == b""
            return
        schema = answer["content"][response.mimetype]["schema"]
        value = response.json if response.is_json else response.text
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)

    def _item(self, path: str) -> dict[str, Any]:
        exact = self.document["paths"].get(path)
        fitting = [
            item
            for template, item in self.document["paths"].items()
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        return exact or fitting[0]

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in value:
            return value
        found: Any = self.document
        for key in value["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return found


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    return sandbox.app.test_client()


@pytest.fixture
def description(client: FlaskClient) -> Description:
    return Description(client.get(f"{PREFIX}/openapi.yaml").text)


@pytest.fixture
def api(client: FlaskClient, description: Description) -> Api:
    """Call the control API; every answer is held against its description."""

    def call(method: str, path: str, json: Any = None, **more: Any) -> TestResponse:
        response = client.open(f"{PREFIX}{path}", method=method, json=json, **more)
        description.check(response)
        return response

    return call
