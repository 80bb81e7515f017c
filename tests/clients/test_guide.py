"""docs/clients.md beside what stands in it: credentials, services that check signatures."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import threading
from contextlib import contextmanager

import pytest
import requests
from werkzeug.serving import make_server

from mockstudio.config import Settings, load_settings
from mockstudio.rest.api import Api
from mockstudio.sandbox import Sandbox

CHECKING = "Checking signatures"
FAILING = "Failures on demand"
NUMBER = "+14155550111"
SHOP = "https://shop.example.com"


def test_the_credentials_and_numbers_are_those_of_the_settings(guide_text):
    settings = Settings()
    for told in (settings.account_sid, settings.auth_token, settings.test_account_sid,
                 settings.test_auth_token, settings.number, settings.contact,
                 f"http://{settings.host}:{settings.port}"):  # fmt: skip
        assert f"`{told}`" in guide_text


def test_all_that_is_served_is_told(guide_text):
    section = guide_text.partition("## What is served")[2].partition("\n## ")[0]
    with Sandbox() as sandbox:
        paths = [path for _, path in Api(sandbox).routes.operations]
    names = {name for path in paths for name in re.findall(r"/([A-Z]\w+)(?:\.json)?", path)}
    assert names - {"Accounts"} - set(re.findall(r"\w+", section)) == set()


@pytest.fixture
def flask_service(guide, monkeypatch, tmp_path):
    """The guide's Flask application, served; yields its address."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", Settings().auth_token)
    path = tmp_path / "service.py"
    path.write_text(guide(CHECKING, "python"), "utf-8")
    server = make_server("127.0.0.1", 0, runpy.run_path(str(path))["app"], threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def express_service(guide, node, programs_environment, tmp_path):
    """The guide's Express application, served; yields its address."""
    path = tmp_path / "service.js"
    listen = 'app.listen(0, "127.0.0.1", function () { console.log(this.address().port); });\n'
    path.write_text(guide(CHECKING, "js") + listen, "utf-8")
    with subprocess.Popen(
        [node, path], stdout=subprocess.PIPE, encoding="utf-8", env=programs_environment
    ) as process:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@contextmanager
def world_of(service, on_stage, in_process, auth_token=""):
    """Open a sandbox that reaches the service, and yield it with a client."""
    given = {"auth_token": auth_token} if auth_token else {}
    sandbox = on_stage(Settings(routes={f"{SHOP}/*": f"{service}/*"}, **given)).sandbox
    yield sandbox, in_process(sandbox)


@pytest.fixture(params=["flask", "express"])
def service(request):
    """The address of a service that checks signatures."""
    return request.getfixturevalue(f"{request.param}_service")


def call(sandbox, client, method):
    """Call a number that is set to the service, and return what is said."""
    number = client.incoming_phone_numbers.create(
        phone_number=NUMBER, voice_url=f"{SHOP}/voice?b=2%2C3&a=1", voice_method=method
    )
    made = sandbox.call(number=NUMBER)
    made.wait()
    client.incoming_phone_numbers(number.sid).delete()
    return str(made.transcript)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_takes_webhooks_of_the_sandbox(service, on_stage, in_process, method):
    with world_of(service, on_stage, in_process) as (sandbox, client):
        assert "Hello" in call(sandbox, client, method)


def test_a_service_takes_what_flows_request(service, on_stage, in_process, state):
    form = {
        "parameters": [{"key": "a", "value": "ü"}],
        "content_type": "application/x-www-form-urlencoded",
    }
    document = {"body": '{"a": "ü"}', "content_type": "application/json"}
    asks = [state(f"ask{n}", "make-http-request", {"success": f"ask{n + 1}" if n < 2 else None,
                                                   "failed": None},
                  url=f"{SHOP}/voice?x=1", **each)
            for n, each in enumerate([{"method": "GET"}, {"method": "POST", **form},
                                      {"method": "POST", **document}])]  # fmt: skip
    trigger = state("Trigger", "trigger", {"incomingRequest": "ask0"})
    with world_of(service, on_stage, in_process) as (sandbox, client):
        made = client.studio.v2.flows.create(
            "asks", "published", {"initial_state": "Trigger", "states": [trigger, *asks]}
        )
        execution = sandbox.request(flow=sandbox.flow(made.sid))
    answers = [execution.context["widgets"][f"ask{n}"]["status_code"] for n in range(3)]
    assert answers == [200, 200, 200]


def test_a_service_refuses_what_another_token_signed(service, on_stage, in_process):
    with world_of(service, on_stage, in_process, "f" * 32) as (sandbox, client):
        assert "Hello" not in call(sandbox, client, "POST")


def test_a_service_refuses_what_nobody_signed(service):
    with requests.Session() as session:
        session.trust_env = False
        assert session.post(f"{service}/voice", data={"a": "1"}, timeout=10).status_code in (
            400,
            403,
        )


def test_the_rules_for_failures_are_rules(guide, tmp_path, on_stage):
    (tmp_path / "mockstudio.yaml").write_text(guide(FAILING, "yaml"))
    settings = load_settings({}, {}, tmp_path)
    assert [rule["resource"] for rule in settings.rest_failures] == [
        "Messages", "Executions", "Calls", "*"
    ]  # fmt: skip
    assert settings.rest_limits == {"Executions": 20}
    (sent,) = re.findall(r"-d '(.*)'", guide(FAILING, "sh"))
    client = on_stage().sandbox.app.test_client()
    assert client.put("/_mockstudio/failures", json=json.loads(sent)).status_code == 200
