"""Steps and contexts of executions, by way of the official library and of plain requests."""

from __future__ import annotations

from http import HTTPStatus

import pytest

TO, FROM = "+12025550199", "+15005550006"
GENERATIONS = [("v2", "Execution"), ("v1", "Execution"), ("v1", "Engagement")]


@pytest.fixture
def flow(sandbox, flow_of, state):
    """A flow that sets a variable inside a subflow and asks for a colour."""
    sub = flow_of(
        state("shout", "set-variables", {"next": None}, variables=[
            {"key": "loud", "value": "{{trigger.parent.parameters.name | upcase}}"}
        ]),
        name="sub",
    )  # fmt: skip
    sandbox.library.add(sub)
    parameters = [{"key": "name", "value": "{{flow.data.name}}"}]
    return sandbox.library.add(
        flow_of(
            state("run", "run-subflow", {"completed": "ask", "failed": None},
                  flow_sid=sub.sid, flow_revision="1", parameters=parameters),
            state("ask", "send-and-wait-for-reply", {"incomingMessage": None, "timeout": None},
                  body="{{widgets.run.loud}}, which colour?", timeout="600"),
            name="parent",
        )
    )  # fmt: skip


@pytest.fixture
def resource(client, flow, sandbox):
    """An execution that waits for an answer, as the official library has it."""
    executions = client.studio.v2.flows(flow.sid).executions
    made = executions.create(TO, FROM, parameters={"name": "zoë"})
    sandbox.clock.advance(2)
    return executions(made.sid)


@pytest.fixture
def execution(sandbox, resource):
    """The same as the engine has it."""
    return sandbox.executions.get(resource.fetch().sid)


def path_of(execution, version="v2", name="Execution"):
    return f"/{version}/Flows/{execution.flow_sid}/{name}s/{execution.sid}"


def test_steps_come_newest_first_a_subflows_among_them(resource, execution):
    steps = resource.steps.list()
    assert [step.sid for step in steps] == [step.sid for step in reversed(execution.steps)]
    assert [(step.transitioned_from, step.name, step.transitioned_to) for step in steps] == [
        ("run", "completed", "ask"),
        ("shout", "next", "Ended"),
        ("Trigger", "incomingParent", "shout"),
        ("Trigger", "incomingRequest", "run"),
    ]
    run = steps[0].sid
    assert [step.parent_step_sid for step in steps] == [None, run, run, None]


def test_what_a_step_says_of_itself(web, execution):
    path, step = path_of(execution), execution.steps[0]
    url = f"http://localhost{path}/Steps/{step.sid}"
    found = web("GET", f"{path}/Steps/{step.sid}")
    assert found.status_code == HTTPStatus.OK
    assert found.json == {
        "sid": step.sid,
        "account_sid": execution.account_sid,
        "flow_sid": execution.flow_sid,
        "execution_sid": execution.sid,
        "parent_step_sid": None,
        "name": "incomingRequest",
        "context": {},
        "transitioned_from": "Trigger",
        "transitioned_to": "run",
        "type": "trigger",
        "date_created": "2026-01-05T17:00:00Z",
        "date_updated": None,
        "url": url,
        "links": {"step_context": f"{url}/Context"},
    }
    assert web("GET", f"{path}/Steps").json["steps"][-1] == found.json


def test_a_step_is_dated_by_its_end(sandbox, resource):
    sandbox.clock.advance(600)
    (asked, *_) = resource.steps.list()
    assert (asked.name, asked.transitioned_to) == ("timeout", "Ended")
    assert asked.date_created.isoformat() == "2026-01-05T17:10:00+00:00"


def test_steps_have_pages(web, execution):
    url, found = f"{path_of(execution)}/Steps?PageSize=3", []
    while url:
        page = web("GET", url).json
        assert page["meta"]["key"] == "steps"
        found.append([step["sid"] for step in page["steps"]])
        url = page["meta"]["next_page_url"]
    assert [len(page) for page in found] == [3, 1]
    newest_first = [step.sid for step in reversed(execution.steps)]
    assert [sid for page in found for sid in page] == newest_first


def test_the_context_is_the_engines(web, execution):
    path = path_of(execution)
    assert web("GET", f"{path}/Context").json == {
        "account_sid": execution.account_sid,
        "context": execution.context,
        "flow_sid": execution.flow_sid,
        "execution_sid": execution.sid,
        "url": f"http://localhost{path}/Context",
    }
    assert set(execution.context) == {"widgets", "trigger", "flow", "contact"}


def test_a_steps_context_is_as_it_was_after_the_step(web, execution):
    path, by_widget = path_of(execution), {}
    for step in execution.steps:
        found = web("GET", f"{path}/Steps/{step.sid}/Context").json
        assert found == {
            "account_sid": execution.account_sid,
            "context": execution.context_after(step),
            "execution_sid": execution.sid,
            "flow_sid": execution.flow_sid,
            "step_sid": step.sid,
            "url": f"http://localhost{path}/Steps/{step.sid}/Context",
        }
        by_widget[step.name] = found["context"]
    assert by_widget["incomingRequest"]["widgets"] == {}
    assert by_widget["next"]["flow"]["variables"] == {"loud": "ZOË"}
    assert by_widget["next"]["trigger"]["parent"]["parameters"] == {"name": "zoë"}
    assert by_widget["completed"]["widgets"] == {"run": {"loud": "ZOË"}}


def test_a_steps_context_stays_as_it_was(web, sandbox, execution):
    path = f"{path_of(execution)}/Steps/{execution.steps[-1].sid}/Context"
    before = web("GET", path).json
    sandbox.clock.advance(600)
    assert execution.context["widgets"]["ask"]
    assert web("GET", path).json == before


@pytest.mark.parametrize(("version", "name"), GENERATIONS)
def test_every_generation_shows_the_same(web, execution, version, name):
    path, old_sid = path_of(execution, version, name), f"{name.lower()}_sid"
    context = web("GET", f"{path}/Context").json
    assert (context[old_sid], context["context"]) == (execution.sid, execution.context)
    listed = web("GET", f"{path}/Steps").json["steps"]
    assert len(listed) == len(execution.steps)
    for shown, step in zip(reversed(listed), execution.steps, strict=True):
        assert (shown["sid"], shown[old_sid]) == (step.sid, execution.sid)
        assert shown == web("GET", shown["url"]).json
        found = web("GET", shown["links"]["step_context"]).json
        assert (found[old_sid], found["step_sid"]) == (execution.sid, step.sid)
        assert found["context"] == execution.context_after(step)
    assert context["url"].startswith(f"http://localhost{path}/")


@pytest.mark.parametrize(("version", "name"), GENERATIONS)
@pytest.mark.parametrize("rest", ["/Steps/FT{0}", "/Steps/FT{0}/Context"])
def test_a_step_that_is_not_there_is_not_found(web, execution, version, name, rest):
    path = path_of(execution, version, name) + rest.format("0" * 32)
    answer = web("GET", path)
    assert (answer.status_code, answer.json["code"]) == (404, 20404)


@pytest.mark.parametrize("rest", ["/Context", "/Steps", "/Steps/{0}", "/Steps/{0}/Context"])
def test_with_an_execution_go_its_steps_and_contexts(web, execution, rest):
    path = path_of(execution) + rest.format(execution.steps[0].sid)
    assert web("GET", path).status_code == HTTPStatus.OK
    web("DELETE", path_of(execution))
    answer = web("GET", path)
    assert (answer.status_code, answer.json["code"]) == (404, 20404)
    assert answer.json["message"] == f"The requested resource {path} was not found"


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("rest", ["/Context", "/Steps", "/Steps/{0}", "/Steps/{0}/Context"])
def test_steps_and_contexts_can_only_be_read(web, execution, method, rest):
    path = path_of(execution) + rest.format(execution.steps[0].sid)
    answer = web(method, path)
    assert (answer.status_code, answer.json["code"]) == (405, 20004)
