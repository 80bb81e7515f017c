"""`mockstudio exec`, run as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockstudio.clock import SystemClock
from mockstudio.config import Settings
from mockstudio.server import serve_in_background

PATIENCE = 60
EXEC = (sys.executable, "-m", "mockstudio", "exec")
SHOW = (sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
CLIENT = """
from twilio.rest import Client
client = Client()
key = client.new_keys.create(friendly_name="made by a program")
print([key.friendly_name for key in client.keys.list()])
"""


@pytest.fixture
def folder(tmp_path):
    """An empty folder, with settings that name a port where nothing runs."""
    (tmp_path / "mockstudio.yaml").write_text("port: 9\n")
    return tmp_path


@pytest.fixture
def run(folder):
    """Run a command line of `mockstudio exec`."""

    def call(*arguments, **more):
        return subprocess.run(
            [*EXEC, *arguments], cwd=folder, capture_output=True, text=True, timeout=PATIENCE,
            check=False, **more,
        )  # fmt: skip

    return call


def test_a_program_reaches_the_sandbox_unchanged(run):
    result = run("--", sys.executable, "-c", CLIENT)
    assert (result.returncode, result.stdout) == (0, "['made by a program']\n")
    assert result.stderr == ""


def test_the_program_gets_proxy_authority_and_credentials(run):
    environ = {**os.environ, "TWILIO_REGION": "au1", "ALL_PROXY": "http://x", "KEPT": "yes"}
    told = json.loads(run(*SHOW, env=environ).stdout)
    assert told["HTTPS_PROXY"] == told["HTTP_PROXY"] == told["http_proxy"]
    assert told["HTTPS_PROXY"].startswith("http://127.0.0.1:")
    assert told["NO_PROXY"] == "localhost,127.0.0.1,::1"
    assert told["REQUESTS_CA_BUNDLE"] == told["SSL_CERT_FILE"]
    settings = Settings()
    assert told["TWILIO_ACCOUNT_SID"] == settings.account_sid
    assert told["TWILIO_AUTH_TOKEN"] == settings.auth_token
    assert told["KEPT"] == "yes"
    assert not {"TWILIO_REGION", "ALL_PROXY"} & told.keys()
    private = Path(told["NODE_EXTRA_CA_CERTS"]).parent
    assert not private.exists(), "the folder goes with the process"


def test_the_folder_of_the_authority_is_private(run):
    script = (
        "import os, stat; f = os.path.dirname(os.environ['NODE_EXTRA_CA_CERTS']);"
        "print(oct(stat.S_IMODE(os.stat(f).st_mode)), sorted(os.listdir(f)))"
    )
    assert (
        run("--", sys.executable, "-c", script).stdout == "0o700 ['authority.pem', 'bundle.pem']\n"
    )


@pytest.mark.parametrize("code", [0, 1, 7])
def test_the_programs_exit_code_is_passed_on(run, code):
    assert run("--", sys.executable, "-c", f"raise SystemExit({code})").returncode == code


@pytest.mark.skipif(sys.platform == "win32", reason="signals end programs on POSIX alone")
def test_a_program_that_a_signal_ended(run):
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run("--", sys.executable, "-c", script).returncode == 128 + signal.SIGKILL


def test_a_programs_own_options_are_its_own(run):
    result = run(sys.executable, "-c", "import sys; print(sys.argv[1:])", "--limit", "-x")
    assert result.stdout == "['--limit', '-x']\n"


def test_a_program_that_is_not_there(run):
    result = run("no-such-program")
    assert result.returncode == 2
    assert result.stderr == "error: 'no-such-program' cannot be run: No such file or directory\n"


def test_without_a_program_the_usage_is_told(run):
    result = run()
    assert result.returncode == 2
    assert "Missing argument 'COMMAND...'" in result.stderr


def test_a_host_without_a_route_is_refused_with_a_clear_message(run):
    script = "import requests; requests.get('https://example.com')"
    result = run("--", sys.executable, "-c", script)
    assert result.returncode == 1
    expected = "mockstudio: no endpoint and no route for example.com; --allow example.com lets it"
    assert result.stderr.startswith(expected)


def test_endpoints_and_flows_are_those_of_the_settings_and_options(run, folder):
    endpoint = {"name": "lookup", "url": "https://x-1234.twil.io/", "reply": {"text": "found"}}
    (folder / "e.yaml").write_text(json.dumps({"endpoints": [endpoint]}))
    script = "import requests; print(requests.get('https://x-1234.twil.io/').text)"
    assert run("--endpoints", "e.yaml", sys.executable, "-c", script).stdout == "found\n"


def test_a_sandbox_that_runs_is_found(run, folder, on_stage):
    sandbox = on_stage(clock=SystemClock()).sandbox
    with serve_in_background(sandbox) as server:
        (folder / "mockstudio.yaml").write_text(f"port: {server.port}\n")
        result = run("--", sys.executable, "-c", CLIENT)
        assert result.stderr == f"mockstudio exec uses the sandbox at {server.url}\n"
        assert [key.friendly_name for key in sandbox.keys.all()] == ["made by a program"]
        assert run("--seed", "1", "--", sys.executable, "-c", CLIENT).stderr == ""
        named = run("--sandbox", server.url, "--seed", "1", "--", sys.executable, "-c", CLIENT)
        assert named.returncode == 0
    assert len(sandbox.keys.all()) == 2


def test_a_sandbox_that_does_not_run_is_missed(run):
    result = run("--sandbox", "http://127.0.0.1:9", "true")
    assert result.returncode == 4
    assert "no sandbox answers at http://127.0.0.1:9; start one with" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_is_the_programs_business(folder):
    script = (
        "import sys, time\n"
        "try: print('up', flush=True); time.sleep(60)\n"
        "except KeyboardInterrupt: sys.exit(5)"
    )
    process = subprocess.Popen(
        [*EXEC, "--", sys.executable, "-c", script],
        cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        assert process.stdout.readline() == "up\n"
        time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_a_sigterm_is_passed_on_and_nothing_stays_behind(folder):
    script = (
        "import os, time\n"
        "print(os.path.dirname(os.environ['NODE_EXTRA_CA_CERTS']), flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [*EXEC, "--", sys.executable, "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    with process:
        private = Path(process.stdout.readline().strip())
        assert private.is_dir()
        process.terminate()
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
    assert not private.exists()


def test_a_program_that_leaves_a_request_behind_leaves_no_noise(run):
    script = (
        "import os, socket, ssl; from urllib.parse import urlsplit\n"
        "proxy = urlsplit(os.environ['HTTPS_PROXY'])\n"
        "plain = socket.create_connection((proxy.hostname, proxy.port))\n"
        "plain.sendall(b'CONNECT api.twilio.com:443 HTTP/1.1\\r\\n\\r\\n'); plain.recv(999)\n"
        "trusted = ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE'])\n"
        "tls = trusted.wrap_socket(plain, server_hostname='api.twilio.com')\n"
        "tls.sendall(b'POST / HTTP/1.1\\r\\nContent-Length: 99\\r\\n'); os._exit(0)"
    )
    result = run("--", sys.executable, "-c", script)
    assert (result.returncode, result.stderr) == (0, "")


CALLS_NOBODY = """
import time
from twilio.rest import Client
call = Client().calls.create(to="+12025550123", from_="+15005550006", url="https://x.test/voice")
while call.fetch().status not in ("completed", "failed"):
    time.sleep(0.05)
"""


def test_warnings_of_the_sandbox_are_shown(run):
    result = run("--", sys.executable, "-c", CALLS_NOBODY)
    assert "no route covers https://x.test/voice" in result.stderr


def test_a_sandbox_is_named_by_a_url(run):
    result = run("--sandbox", "foo", "true")
    assert result.returncode == 2
    assert "--sandbox 'foo': expected a URL, such as http://127.0.0.1:8080" in result.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_trusts_the_authority(run):
    result = run("curl", "-sS", "https://api.twilio.com/2010-04-01/x.json")
    assert json.loads(result.stdout)["code"] == 20003
