"""`mockstudio serve`: a real server in a process of its own."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import threading

import pytest
import requests

STOP_SECONDS = 4
"""The promise is two seconds; twice that leaves room for a busy machine."""

MESSAGE = {"MessageSid": "SM1", "From": "+12025550123", "To": "+15005550006", "Body": "hi"}


def test_it_prints_its_address_endpoints_and_webhooks_and_nothing_on_stdout(serve):
    served = serve()
    served.wait_for(r"flow greeting")
    webhook = served.health()["flows"][0]["webhook"]
    assert served.lines[:3] == [
        f"mockstudio serves {served.url}  (control API: {served.url}/_mockstudio/)",
        "  endpoint lookup: POST https://customers-1234.twil.io/lookup",
        f"  flow greeting: {webhook}",
    ]
    assert webhook.startswith(served.url)
    assert served.stop() == 0
    assert served.process.stdout.read() == ""


def test_files_given_are_served_besides_those_of_the_settings(serve, folder):
    (folder / "mockstudio.yaml").write_text("flows: [greeting.flow.json]\n")
    served = serve("order-status.flow.json", "order-status.endpoints.yaml")
    served.wait_for("flow order-status")
    assert [flow["name"] for flow in served.health()["flows"]] == ["greeting", "order-status"]
    assert served.get("/items/red-mug").json() == {"item": "red-mug", "quantity": 3}


def test_a_message_at_the_webhook_runs_the_flow_over_real_http(serve):
    served = serve()
    webhook = served.health()["flows"][0]["webhook"]
    answer = requests.post(webhook, data=MESSAGE, timeout=20)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(("text/xml", "application/xml"))
    served.wait_for("ended: FLOW_END")
    assert served.health()["executions"] == {"total": 1, "active": 0}
    assert "POST /lookup -> lookup" in served.text
    assert "greet: to +12025550123: Hello Ada!" in served.text


def test_the_control_api_changes_what_is_played(serve):
    served = serve()
    requests.put(
        f"{served.url}/_mockstudio/endpoints/lookup/outcome",
        json={"outcome": "server-error"},
        timeout=20,
    ).raise_for_status()
    assert served.post("/lookup").status_code == 500
    journal = served.get("/_mockstudio/journal?limit=1").json()
    assert "lookup" in str(journal)


def test_play_and_stub_are_in_force(serve, folder):
    (folder / "mockstudio.yaml").unlink()
    served = serve("greeting.flow.json", "--stub", "--play", "lookup=client-error")
    assert 400 <= served.post("/lookup").status_code < 500


def test_a_changed_file_is_taken_up_and_a_broken_one_is_not(serve, folder):
    served = serve()
    path = folder / "customers.endpoints.yaml"
    good = path.read_text()
    path.write_text(good.replace("Ada", "Grace"))
    served.wait_for("loaded again: lookup")
    assert served.post("/lookup").json() == {"name": "Grace"}
    path.write_text(good + "  oops: [\n")
    served.wait_for("keeping the last good endpoints")
    health = served.health()
    assert health["status"] == "degraded"
    assert "customers.endpoints.yaml" in health["problems"][0]
    assert served.post("/lookup").json() == {"name": "Grace"}
    path.write_text(good.replace("Ada", "Linus"))
    served.wait_for(r"(?s)keeping.*loaded again: lookup")
    assert served.health()["status"] == "ok"


def test_a_deleted_file_is_told_and_taken_up_when_it_is_back(serve, folder):
    served = serve()
    path = folder / "customers.endpoints.yaml"
    good = path.read_text()
    path.unlink()
    served.wait_for("keeping the last good endpoints")
    health = served.health()
    assert (health["status"], len(health["problems"])) == ("degraded", 1)
    assert "customers.endpoints.yaml: cannot be read: No such file" in health["problems"][0]
    assert served.post("/lookup").json() == {"name": "Ada"}
    path.write_text(good.replace("Ada", "Linus"))
    served.wait_for(r"(?s)keeping.*loaded again: lookup")
    assert served.health()["status"] == "ok"
    assert served.post("/lookup").json() == {"name": "Linus"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_at_once_with_an_answer_in_flight(serve, folder, number):
    path = folder / "customers.endpoints.yaml"
    path.write_text(path.read_text().replace("delay: 80ms", "delay: 60s"))
    served = serve()
    with socket.create_connection(served.url.removeprefix("http://").split(":")) as client:
        client.sendall(b"POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        served.wait_for("POST /lookup -> lookup")
        assert served.stop(number, within=STOP_SECONDS) == 0
    assert "Traceback" not in served.text


def test_a_signal_stops_it_while_a_flow_waits_for_an_answer(serve):
    served = serve("--play", "lookup=timeout")
    webhook = served.health()["flows"][0]["webhook"]

    def send() -> None:
        with contextlib.suppress(requests.RequestException):
            requests.post(webhook, data=MESSAGE, timeout=20)

    sender = threading.Thread(target=send)
    sender.start()
    served.wait_for("POST /lookup -> lookup")
    assert served.stop(within=STOP_SECONDS) == 0
    sender.join()


def test_a_port_in_use_gives_exit_code_4_and_says_what_to_do(here):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = here("serve", "--port", port)
    assert result.code == 4
    assert f"cannot listen on 127.0.0.1 port {port}" in result.err
    assert "use --port 0 for a free port" in result.err


def test_a_host_that_is_none_gives_exit_code_4(here):
    result = here("serve", "--host", "nosuchhost.invalid")
    assert result.code == 4
    assert "cannot listen on nosuchhost.invalid" in result.err


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_gives_exit_code_2(here, port):
    result = here("serve", "--port", port)
    assert result.code == 2
    assert "--port" in result.err


def test_a_broken_file_gives_exit_code_2_with_every_problem(here, folder):
    (folder / "broken.yaml").write_text(
        "endpoints:\n"
        "  - {name: a, url: /a, reply: {status: abc}}\n"
        "  - {name: b, ulr: /b, reply: {json: {}}}\n"
    )
    result = here("serve", "broken.yaml")
    assert result.code == 2
    assert "broken.yaml:2:" in result.err
    assert "broken.yaml:3:" in result.err
    assert "did you mean 'url'?" in result.err


@pytest.mark.parametrize("name", ["notes.txt", "flow", "flow.json.bak"])
def test_a_file_of_another_kind_is_refused(here, folder, name):
    (folder / name).write_text("")
    result = here("serve", name)
    assert result.code == 2
    assert f"'{name}': expected an endpoint file (.yaml, .yml) or a flow (.json)" in result.err


def test_a_missing_file_is_named(here):
    result = here("serve", "none.yaml")
    assert result.code == 2
    assert "'none.yaml' does not exist" in result.err


def test_quiet_leaves_only_the_address_and_warnings(serve):
    served = serve("--quiet", "--play", "lookup=server-error")
    served.wait_for("flow greeting")
    served.post("/lookup")
    requests.post(served.health()["flows"][0]["webhook"], data=MESSAGE, timeout=20)
    assert served.stop() == 0
    served.wait_for("lookup 81017 the Function answered with an error")
    assert len(served.lines) == 4


def test_each_request_and_step_is_logged_with_its_time(serve):
    served = serve()
    served.post("/lookup")
    line = served.wait_for(r"\d\d:\d\d:\d\d (POST /lookup.*)").group(1)
    assert re.fullmatch(r"POST /lookup -> lookup, reply 1: 200 \(delay .*\)", line)


def test_the_environment_and_the_settings_file_are_in_force(serve, folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "mockstudio.yaml").open("a") as settings:
        settings.write("host: localhost\nport: 1\n")
    served = serve(MOCKSTUDIO_PORT=str(port), MOCKSTUDIO_SEED="3")
    assert served.url == f"http://localhost:{port}"
    assert served.health()["endpoints"] == 1
