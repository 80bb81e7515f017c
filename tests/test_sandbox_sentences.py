"""What a test says to a sandbox in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockstudio.config import Settings
from mockstudio.errors import RouteError, UnknownNameError, UsageError
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background

FIXTURES = Path(__file__).parents[1] / "fixtures"
SETTINGS = Settings(
    endpoints=(FIXTURES / "order-status.endpoints.yaml", FIXTURES / "phone-menu.endpoints.yaml"),
    flows=(FIXTURES / "phone-menu.flow.json", FIXTURES / "order-status.flow.json"),
    subflows={"FW" + "1" * 32: FIXTURES / "survey.flow.json"},
)


@pytest.fixture
def furnished():
    with Sandbox(SETTINGS) as sandbox:
        sandbox.load_all()
        yield sandbox


def test_all_that_the_settings_name_is_loaded(furnished):
    assert {"lookup", "newest-order"} <= set(furnished.endpoints.names)
    assert [flow.name for flow in furnished.library.flows][-2:] == ["phone-menu", "order-status"]
    assert furnished.flow("FW" + "1" * 32).name == "survey"


def test_the_first_flow_has_the_settings_number(furnished):
    assert furnished.number_of(furnished.flow("phone-menu")).number == furnished.settings.number
    call = furnished.call()
    call.when_asked().press("1")
    assert call.wait()
    assert call.said[-2:] == ["Your blue mug is on its way.", "Goodbye."]


def test_a_sandbox_without_files_loads_nothing():
    with Sandbox() as sandbox:
        assert sandbox.load_all() == []
        assert sandbox.library.flows == ()


def test_the_texts_that_the_person_got(furnished):
    flow = furnished.flow("order-status")
    assert furnished.sent == []
    furnished.message("hi", flow)
    furnished.message("42", flow)
    assert furnished.sent == [
        "Hi! What is your order number?",
        "Order 42: 3 in stock, it ships tomorrow.",
    ]


def test_what_others_get_and_what_the_person_writes_is_not_among_them(furnished):
    flow = furnished.flow("order-status")
    furnished.message("hi", flow, {"From": "+12025550199"})
    furnished.chat(flow).send("hello")
    furnished.clock.advance(10)
    assert furnished.sent == ["Hi! What is your order number?"]


def test_an_endpoint_is_told_and_asked(furnished):
    furnished.endpoint("lookup").plays("timeout")
    execution = furnished.request({"order": "42"}, furnished.flow("order-status"))
    assert execution.took("lookup").because == "timeout"
    furnished.endpoint("lookup").was_called(times=1, params={"order": "42"})
    furnished.endpoint("stock").was_not_called()


def test_an_endpoint_that_there_is_not_is_named(furnished):
    with pytest.raises(UnknownNameError, match="did you mean 'lookup'"):
        furnished.endpoint("lokup")


def test_a_route_leads_elsewhere_from_now_on(furnished):
    flow = furnished.flow("order-status")
    furnished.route("https://orders-1234.twil.io/*", "https://stock.example.com/items/*")
    furnished.route("https://stock.example.com/*", "scripted")
    execution = furnished.request({"order": "42"}, flow)
    assert execution.took("lookup") == "fail"
    assert execution.took("lookup").because in {"dns", "refused", "network", "not-twilio"}
    furnished.route("https://orders-1234.twil.io/*", "scripted")
    assert furnished.request({"order": "42"}, flow).took("lookup") == "success"


def test_a_route_must_be_one(furnished):
    with pytest.raises(UsageError, match="absolute URL"):
        furnished.route("orders", "http://localhost:3000")


def test_the_address_is_that_of_the_server_while_there_is_one(furnished):
    inside = furnished.url
    with serve_in_background(furnished) as server:
        assert furnished.url == server.url != inside
    assert furnished.url == inside


def test_a_url_without_a_route_still_goes_nowhere(furnished):
    furnished.endpoints.remove("stock")
    with pytest.raises(RouteError, match="stock"):
        furnished.request({"order": "42"}, furnished.flow("order-status"))
