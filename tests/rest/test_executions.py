"""Studio's executions, by way of the official library and of plain requests."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from http import HTTPStatus
from time import perf_counter

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.clock import SystemClock
from mockstudio.errors import MockstudioError
from mockstudio.flows.events import Warned
from mockstudio.flows.triggers import request_trigger

TO, FROM = "+12025550199", "+15005550006"
CONTACT = {"To": TO, "From": FROM}
MEMBERS = {
    "sid", "account_sid", "flow_sid", "contact_channel_address", "contact_sid", "flow_version",
    "context", "status", "date_created", "date_updated", "initiated_by", "url", "links",
}  # fmt: skip
GENERATIONS = ["/v2/Flows/{}/Executions", "/v1/Flows/{}/Executions", "/v1/Flows/{}/Engagements"]


@pytest.fixture
def flow(sandbox, flow_of, state):
    """A flow that asks for a colour and waits for it, ten minutes at most."""
    asks = state("ask", "send-and-wait-for-reply", {"incomingMessage": None, "timeout": None},
                 body="{{flow.data.name}}, which colour?", timeout="600")  # fmt: skip
    return sandbox.library.add(flow_of(asks))


@pytest.fixture
def executions(client, flow):
    """The flow's executions, as the official library has them."""
    return client.studio.v2.flows(flow.sid).executions


@pytest.fixture
def path(flow):
    """Where the flow's executions are."""
    return f"/v2/Flows/{flow.sid}/Executions"


def create(sandbox, flow):
    """Create an execution with a plain request."""
    login = (sandbox.settings.account_sid, sandbox.settings.auth_token)
    path = f"/v2/Flows/{flow.sid}/Executions"
    return sandbox.app.test_client().post(path, data=CONTACT, auth=login)


def refused(call):
    with pytest.raises(TwilioRestException) as refusal:
        call()
    return refusal.value


# --- the life of one


def test_an_execution_lives_from_its_creation_to_its_deletion(executions, sandbox):
    made = executions.create(TO, FROM, parameters={"name": "Zoë"})
    assert (made.status, made.date_updated) == ("active", None)
    assert sandbox.messages.all() == []
    sandbox.clock.advance(0)
    assert [message.body for message in sandbox.messages.all()] == ["Zoë, which colour?"]
    assert executions(made.sid).fetch().status == "active"
    assert executions(made.sid).update(status="ended").status == "ended"
    assert [found.sid for found in executions.list()] == [made.sid]
    assert executions(made.sid).delete() is True
    assert executions.list() == []
    assert refused(executions(made.sid).fetch).code == 20404


def test_what_an_execution_says_of_itself(web, path, flow, sandbox):
    answer = web("POST", path, data=CONTACT, base_url="http://localhost:8080")
    assert answer.status_code == HTTPStatus.CREATED
    made, url = answer.json, f"http://localhost:8080{path}/{answer.json['sid']}"
    created = sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert made == {
        "sid": made["sid"],
        "account_sid": sandbox.settings.account_sid,
        "flow_sid": flow.sid,
        "contact_channel_address": TO,
        "contact_sid": made["contact_sid"],
        "flow_version": 1,
        "context": {},
        "status": "active",
        "date_created": created,
        "date_updated": None,
        "initiated_by": made["initiated_by"],
        "url": url,
        "links": {"steps": f"{url}/Steps", "execution_context": f"{url}/Context"},
    }
    assert [made[name][:2] for name in ("sid", "contact_sid", "initiated_by")] == ["FN", "FC", "RQ"]
    sandbox.clock.advance(1)
    one = web("GET", f"{path}/{made['sid']}", base_url="http://localhost:8080").json
    assert one == {**made, "date_updated": created}


def test_a_contact_keeps_its_sid(executions):
    first = executions.create(TO, FROM)
    others = executions.create(TO, "+15005550007"), executions.create("client:bob", FROM)
    assert [first.contact_sid == other.contact_sid for other in others] == [True, False]


@pytest.mark.parametrize("missing", ["To", "From"])
def test_an_execution_needs_both_addresses(web, path, sandbox, missing):
    answer = web("POST", path, data={**CONTACT, missing: ""})
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert answer.json["message"] == f"Missing required parameter {missing} in the post body"
    assert sandbox.executions.all() == []


@pytest.mark.parametrize("given", ["[1]", "nothing", '{"a": NaN}', '"text"'])
def test_parameters_must_be_a_json_object(web, path, sandbox, given):
    answer = web("POST", path, data={**CONTACT, "Parameters": given})
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert answer.json["message"].startswith("Parameters: expected a JSON object")
    assert sandbox.executions.all() == []


@pytest.mark.parametrize(
    ("to", "status"), [("x" * 288, 201), ("x" * 289, 400), ("é" * 144, 201), ("é" * 145, 400)]
)
def test_both_addresses_have_300_bytes_together(web, path, to, status):
    answer = web("POST", path, data={"To": to, "From": FROM})
    assert answer.status_code == status
    assert answer.json.get("code") == (None if status == HTTPStatus.CREATED else 81023)


def test_parameters_keep_their_types(executions, sandbox):
    given = {"name": "Zoë", "orders": [1, {"open": True}], "none": None}
    made = executions.create(TO, FROM, parameters=given)
    assert sandbox.executions.get(made.sid).context["flow"]["data"] == given


# --- one at a time


def test_a_busy_contact_is_refused_with_the_sid_of_what_it_is_busy_with(web, path):
    first = web("POST", path, data=CONTACT).json["sid"]
    answer = web("POST", path, data=CONTACT)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.json == {
        "code": 20409,
        "message": f"Execution {first} is already active for this contact. "
        "End the active Execution before creating a new one",
        "more_info": "https://www.twilio.com/docs/errors/20409",
        "status": 409,
        "details": {"conflicting_execution_sid": first},
    }


def test_a_contact_that_is_writing_to_the_flow_is_busy(executions, sandbox, flow):
    execution = sandbox.message("hi", flow)
    refusal = refused(lambda: executions.create(execution.contact, execution.channel))
    assert refusal.details == {"conflicting_execution_sid": execution.sid}


def test_other_addresses_other_flows_and_ended_executions_do_not_count(
    client, executions, sandbox, flow_of
):
    first = executions.create(TO, FROM)
    other = sandbox.library.add(flow_of(name="other"))
    client.studio.v2.flows(other.sid).executions.create(TO, FROM)
    executions.create(TO, "+15005550007")
    executions.create("+12025550111", FROM)
    executions(first.sid).update(status="ended")
    assert executions.create(TO, FROM).sid != first.sid


@pytest.mark.parametrize("form", GENERATIONS[1:])
def test_version_1_answers_with_what_a_busy_contact_is_busy_with(web, flow, sandbox, form):
    path = form.format(flow.sid)
    first, second = (web("POST", path, data=CONTACT) for _ in range(2))
    assert [first.status_code, second.status_code] == [HTTPStatus.CREATED, HTTPStatus.OK]
    assert first.json == second.json
    assert len(sandbox.executions.all()) == 1


def test_of_many_that_ask_at_once_one_is_taken(web, path, sandbox):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(web("POST", path, data=CONTACT)))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (execution,) = sandbox.executions.all()
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [HTTPStatus.CREATED] + [HTTPStatus.CONFLICT] * 15
    taken = {answer.json.get("details", {}).get("conflicting_execution_sid") for answer in answers}
    assert taken == {None, execution.sid}


# --- running


def test_the_answer_is_made_before_the_flow_runs_whatever_the_clock(on_stage, flow_of):
    sandbox = on_stage(clock=SystemClock()).sandbox
    flow, ended = sandbox.library.add(flow_of()), threading.Event()
    sandbox.listen(lambda event: ended.set() if type(event).__name__ == "Ended" else None)
    made = create(sandbox, flow)
    assert (made.json["status"], made.json["date_updated"]) == ("active", None)
    assert ended.wait(10)
    assert sandbox.executions.get(made.json["sid"]).status == "ended"


def test_what_stops_an_execution_is_reported_and_told_and_it_ends(stage, state):
    calls = state("call", "make-http-request", {"success": None}, method="GET", url="http://no.no/")
    made = create(stage.sandbox, stage.play(calls))
    stage.sandbox.clock.advance(0)
    execution = stage.sandbox.executions.get(made.json["sid"])
    assert (execution.status, execution.ended_reason) == ("ended", "STOPPED_BY_ERROR")
    with pytest.raises(MockstudioError, match=r"http://no\.no/"):
        stage.sandbox.raise_problem()
    assert any("http://no.no/" in warning.text for warning in stage.of(Warned))


def test_a_draft_runs_for_nobody_but_its_test_users(client, deploy):
    draft = deploy(status="draft")
    flow = client.studio.v2.flows(draft.sid)
    flow.test_users().update([TO])
    assert flow.executions.create(TO, FROM).flow_version == 1
    refusal = refused(lambda: flow.executions.create("+12025550188", FROM))
    assert (refusal.status, refusal.code) == (400, 20001)
    assert f"Flow {draft.sid} has no published revision" in refusal.msg


# --- the end of one


def test_ending_stops_the_timers(executions, sandbox):
    made = executions.create(TO, FROM)
    sandbox.clock.advance(60)
    ended = executions(made.sid).update(status="ended")
    assert ended.date_updated == ended.date_created + timedelta(seconds=60)
    sandbox.clock.advance(3_600)
    execution = sandbox.executions.get(made.sid)
    assert execution.path == ["Trigger"]
    assert executions(made.sid).fetch().date_updated == ended.date_updated


@pytest.mark.parametrize("status", ["ended", "deleted"])
def test_what_is_ended_before_it_runs_never_runs(executions, sandbox, status):
    made = executions.create(TO, FROM)
    if status == "ended":
        executions(made.sid).update(status="ended")
    else:
        executions(made.sid).delete()
    sandbox.clock.advance(0)
    assert sandbox.messages.all() == []


def test_only_what_is_active_can_stay_active(executions):
    made = executions.create(TO, FROM)
    assert executions(made.sid).update(status="active").status == "active"
    assert [executions(made.sid).update(status="ended").status for _ in range(2)] == ["ended"] * 2
    refusal = refused(lambda: executions(made.sid).update(status="active"))
    assert (refusal.status, refusal.code) == (400, 20001)


@pytest.mark.parametrize("data", [{}, {"Status": ""}, {"Status": "Ended"}, {"Status": "paused"}])
def test_any_other_status_is_refused(web, path, data):
    one = f"{path}/{web('POST', path, data=CONTACT).json['sid']}"
    answer = web("POST", one, data=data)
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert web("GET", one).json["status"] == "active"


def test_ending_one_leaves_its_call_to_the_carrier(client, sandbox, flow_of, state):
    says = state("say", "say-play", {"audioComplete": None}, say="hello " * 50)
    flow = sandbox.library.add(flow_of(says))
    call = sandbox.call(flow)
    executions = client.studio.v2.flows(flow.sid).executions
    (found,) = executions.list()
    assert (found.initiated_by, found.status) == (call.sid, "active")
    assert executions(found.sid).update(status="ended").status == "ended"
    assert call.status == "in-progress"
    assert sandbox.execution_of(call).path == ["Trigger"]


def test_an_execution_that_is_at_work_ends_with_its_widget(stage, state):
    """A widget that is waiting for an answer finishes; nothing comes after it."""
    sandbox = stage.sandbox
    flow = stage.play(
        state("call", "make-http-request", {"success": "ask"}, method="GET", url="http://end.it/"),
        state("ask", "send-and-wait-for-reply", {"timeout": None}, body="?", timeout="60"),
    )
    stage.endpoint("end", "http://end.it/", reply={"status": 200})
    sandbox.listen(lambda event: _end_at(sandbox, event, "RequestSent"))
    execution = sandbox.start(flow, request_trigger(FROM, TO, {}))
    assert (execution.status, execution.wait) == ("ended", None)
    assert execution.path == ["Trigger", "call"]
    assert stage.sent == []


def test_an_execution_that_is_ended_while_it_begins_to_wait_does_not_wait(stage, state):
    asks = state("ask", "send-and-wait-for-reply", {"timeout": None}, body="?", timeout="60")
    flow, sandbox = stage.play(asks), stage.sandbox
    sandbox.listen(lambda event: _end_at(sandbox, event, "MessageSent"))
    execution = sandbox.start(flow, request_trigger(FROM, TO, {}))
    assert (execution.status, execution.wait) == ("ended", None)
    assert execution.path == ["Trigger"]


def _end_at(sandbox, event, name):
    if type(event).__name__ == name:
        sandbox.end(sandbox.executions.get(event.execution))


def test_deleting_an_active_one_frees_its_contact(executions, sandbox):
    first = executions.create(TO, FROM)
    sandbox.clock.advance(0)
    assert executions(first.sid).delete() is True
    second = executions.create(TO, FROM)
    sandbox.clock.advance(3_600)
    assert [found.sid for found in executions.list()] == [second.sid]
    assert sandbox.executions.get(first.sid) is None


# --- where there is nothing


@pytest.mark.parametrize("form", GENERATIONS)
@pytest.mark.parametrize(
    ("method", "rest"),
    [("GET", ""), ("POST", ""), *((method, "/FN" + "0" * 32) for method in ("GET", "DELETE"))],
)
def test_a_flow_that_is_not_there_has_no_executions(web, form, method, rest):
    path = f"{form.format('FW' + '0' * 32)}{rest}"
    answer = web(method, path, data=CONTACT if method == "POST" else None)
    assert (answer.status_code, answer.json["code"]) == (404, 20404)
    assert answer.json["message"] == f"The requested resource {path} was not found"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_execution_is_found_under_its_own_flow_only(web, path, sandbox, flow_of, method):
    sid = web("POST", path, data=CONTACT).json["sid"]
    other = sandbox.library.add(flow_of(name="other"))
    answer = web(method, f"/v2/Flows/{other.sid}/Executions/{sid}", data={"Status": "ended"})
    assert (answer.status_code, answer.json["code"]) == (404, 20404)
    assert sandbox.executions.get(sid).is_active


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_executions_are_updated_by_post_only(web, path, method):
    answer = web(method, f"{path}/FN{'0' * 32}", data={"Status": "ended"})
    assert (answer.status_code, answer.json["code"]) == (405, 20004)


# --- version 1


def test_version_1_shows_the_same_executions_with_fewer_members(web, flow, path):
    made = web("POST", path, data=CONTACT).json
    old = web("GET", f"/v1/Flows/{flow.sid}/Executions/{made['sid']}").json
    assert set(made) == MEMBERS
    assert set(old) == MEMBERS - {"flow_version", "initiated_by"}
    assert old["url"] == made["url"].replace("/v2/", "/v1/")
    assert set(old["links"]) == {"steps", "execution_context"}


def test_engagements_are_executions_by_their_old_name(client, flow, sandbox):
    executions, engagements = (
        getattr(client.studio.v1.flows(flow.sid), name) for name in ("executions", "engagements")
    )
    made = engagements.create(TO, FROM, parameters={"name": "Zoë"})
    assert made.url.endswith(f"/v1/Flows/{flow.sid}/Engagements/{made.sid}")
    assert made.links == {
        "steps": f"{made.url}/Steps",
        "engagement_context": f"{made.url}/Context",
    }
    assert [found.sid for found in executions.list()] == [made.sid]
    assert executions(made.sid).update(status="ended").status == "ended"
    assert [found.status for found in engagements.list()] == ["ended"]
    assert engagements(made.sid).delete() is True
    assert sandbox.executions.all() == []


def test_engagements_cannot_be_updated(web, flow):
    answer = web("POST", f"/v1/Flows/{flow.sid}/Engagements/FN{'0' * 32}", data={"Status": "ended"})
    assert (answer.status_code, answer.json["code"]) == (405, 20004)


# --- lists


@pytest.fixture
def hourly(executions, sandbox):
    """Five executions, an hour between them; the first two have timed out, one was deleted."""
    made = []
    for number in (0, 1, 2):
        made.append(executions.create(f"+1202555010{number}", FROM))
        sandbox.clock.advance(3_600)
    executions(made.pop(1).sid).delete()
    return [*made, *(executions.create(f"+1202555010{number}", FROM) for number in (3, 4, 5))]


def test_the_newest_comes_first(executions, hourly):
    assert [found.sid for found in executions.list()] == [made.sid for made in reversed(hourly)]


@pytest.mark.parametrize(("status", "count"), [("active", 3), ("ended", 2)])
def test_a_list_can_be_of_one_status(executions, hourly, status, count):
    found = executions.list(status=status)
    assert [execution.status for execution in found] == [status] * count


@pytest.mark.parametrize("query", [{"status": "over"}, {"DateCreatedTo": "soon"}, {"PageSize": 0}])
def test_a_filter_that_means_nothing_is_refused(web, path, query):
    answer = web("GET", path, query_string=query)
    assert (answer.status_code, answer.json["code"]) == (400, 20001)


def test_a_list_can_begin_at_a_date_and_stop_before_another(executions, hourly):
    second, third, *kept = hourly
    dates = [execution.date_created for execution in (second, third)]
    since = executions.list(date_created_from=dates[1])
    assert {found.sid for found in since} == {third.sid, *(each.sid for each in kept)}
    until = executions.list(date_created_to=dates[1])
    assert [found.sid for found in until] == [second.sid]
    between = executions.list(date_created_from=dates[0], date_created_to=dates[1])
    assert [found.sid for found in between] == [second.sid]


def test_a_date_may_have_an_offset(web, path, sandbox):
    web("POST", path, data=CONTACT)
    now = sandbox.clock.now()

    def found(moment):
        query = {"DateCreatedFrom": moment.isoformat()}
        return len(web("GET", path, query_string=query).json["executions"])

    berlin = now.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+01:00").tzinfo)
    assert [found(berlin), found(berlin + timedelta(seconds=1))] == [1, 0]


def test_pages_go_on_where_they_stopped_with_their_filters(web, path, executions, sandbox):
    sids = [executions.create(f"+1202555{number:04}", FROM).sid for number in range(7)]
    first = web("GET", path, query_string={"PageSize": 3, "status": "active"}).json
    assert first["meta"]["key"] == "executions"
    assert "status=active" in first["meta"]["next_page_url"]
    executions(first["executions"][-1]["sid"]).delete()
    executions.create("+12025559999", FROM)
    second = web("GET", first["meta"]["next_page_url"]).json
    last = web("GET", second["meta"]["next_page_url"]).json
    found = [each["sid"] for page in (first, second, last) for each in page["executions"]]
    assert found == sids[::-1]
    assert last["meta"]["next_page_url"] is None


def test_executions_by_message_call_and_request_are_listed_alike(executions, sandbox, flow):
    message = sandbox.message("hi", flow, {"From": "+12025550177"})
    call = sandbox.execution_of(sandbox.call(flow))
    request = executions.create(TO, FROM)
    found = {each.sid: each.initiated_by for each in executions.list()}
    assert list(found) == [request.sid, call.sid, message.sid]
    assert found[message.sid] == message.context["trigger"]["message"]["MessageSid"]
    assert found[call.sid] == call.call_sid
    assert found[request.sid] == request.initiated_by


def test_a_list_of_ten_thousand_stays_quick(web, path, sandbox, flow):
    for number in range(10_000):
        sandbox.runner.admit(flow, request_trigger(FROM, f"+1{number:010}", {}))
    query = {"PageSize": 1000, "status": "active", "DateCreatedFrom": "2026-01-01"}
    url, pages, slowest = f"{path}?{'&'.join(f'{k}={v}' for k, v in query.items())}", [], 0.0
    while url:
        began = perf_counter()
        page = web("GET", url).json
        slowest = max(slowest, perf_counter() - began)
        pages.append([each["sid"] for each in page["executions"]])
        url = page["meta"]["next_page_url"]
    assert [len(page) for page in pages] == [1000] * 10
    assert len({sid for page in pages for sid in page}) == 10_000
    assert slowest < 2


# --- the world around it


def test_an_api_key_may_run_flows(login, client, flow):
    key = client.new_keys.create()
    made = login(key.sid, key.secret, client.account_sid).studio.v2.flows(flow.sid)
    assert made.executions.create(TO, FROM).account_sid == client.account_sid


def test_a_reset_forgets_all_executions_and_what_they_wait_for(executions, sandbox):
    executions.create(TO, FROM)
    sandbox.reset()
    assert executions.list() == []
    sandbox.clock.advance(0)
    assert sandbox.messages.all() == []


def test_many_clients_at_once_lose_nothing(web, path, sandbox):
    def work(number):
        for turn in range(5):
            data = {"To": f"+1{number:05}{turn:05}", "From": FROM, "Parameters": json.dumps({})}
            made = web("POST", path, data=data)
            sids.append(made.json["sid"])
            web("GET", path)
        web("DELETE", f"{path}/{made.json['sid']}")
        web("POST", f"{path}/{sids[-1]}", data={"Status": "ended"})

    sids = []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sids)) == 50
    assert len(sandbox.executions.all()) == 40
