from __future__ import annotations

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from mockstudio.app import create_app
from mockstudio.control.views import create_blueprint


def test_the_description_is_valid_openapi_3_1(description) -> None:
    assert description.document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(description.document).validate()


def test_every_rule_is_described_and_every_description_is_a_rule(sandbox, description) -> None:
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in create_app([create_blueprint(sandbox)]).url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == description.operations


def test_every_operation_has_an_id_of_its_own_and_can_be_refused(description) -> None:
    operations = [
        description.document["paths"][path][method] for path, method in description.operations
    ]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all("403" in operation["responses"] for operation in operations)


def test_it_is_served_as_yaml(client) -> None:
    assert client.get("/_mockstudio/openapi.yaml").mimetype == "application/yaml"
