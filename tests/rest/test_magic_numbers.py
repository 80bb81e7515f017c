"""Numbers that stand for what may go wrong, with test credentials and with ordinary ones."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioRestException
from werkzeug.datastructures import MultiDict

from mockstudio.config import Settings
from mockstudio.rest.authentication import Caller, Credentials
from mockstudio.rest.errors import RestError
from mockstudio.rest.magic_numbers import check_magic_numbers
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.request import ApiRequest

SETTINGS = Settings()
ANYBODY = "+14155551234"
SOMEBODY = "+14155550199"
VALID = "+15005550006"
TABLE = [
    ("Messages", "From", "+15005550001", 21212),
    ("Messages", "From", "+15005550007", 21606),
    ("Messages", "From", "+15005550008", 21611),
    ("Messages", "From", "+15005550006", None),
    ("Messages", "From", SOMEBODY, 21606),
    ("Messages", "To", "+15005550001", 21211),
    ("Messages", "To", "+15005550002", 21612),
    ("Messages", "To", "+15005550003", 21408),
    ("Messages", "To", "+15005550004", 21610),
    ("Messages", "To", "+15005550009", 21614),
    ("Messages", "To", ANYBODY, None),
    ("Calls", "From", "+15005550001", 21212),
    ("Calls", "From", "+15005550006", None),
    ("Calls", "From", SOMEBODY, 21210),
    ("Calls", "To", "+15005550001", 21217),
    ("Calls", "To", "+15005550002", 21214),
    ("Calls", "To", "+15005550003", 21215),
    ("Calls", "To", "+15005550004", 21216),
    ("Calls", "To", ANYBODY, None),
    ("IncomingPhoneNumbers", "PhoneNumber", "+15005550000", 21422),
    ("IncomingPhoneNumbers", "PhoneNumber", "+15005550001", 21421),
    ("IncomingPhoneNumbers", "PhoneNumber", "+15005550006", None),
    ("IncomingPhoneNumbers", "PhoneNumber", ANYBODY, None),
    ("IncomingPhoneNumbers", "AreaCode", "533", 21452),
    ("IncomingPhoneNumbers", "AreaCode", "500", None),
    ("IncomingPhoneNumbers", "AreaCode", "415", None),
]
OTHERWISE = {
    "Messages": {"From": VALID, "To": ANYBODY, "Body": "hi"},
    "Calls": {"From": VALID, "To": ANYBODY, "Url": "https://example.com/"},
    "IncomingPhoneNumbers": {},
}
TEST_LOGIN = (SETTINGS.test_account_sid, SETTINGS.test_auth_token)
TEST_ACCOUNT = f"/2010-04-01/Accounts/{SETTINGS.test_account_sid}"


def code_of(resource, parameters, credentials):
    caller = Caller(SETTINGS.account_sid, credentials)
    form, query = Parameters(MultiDict(parameters)), Parameters(MultiDict())
    try:
        check_magic_numbers(resource, ApiRequest(caller, "/", "http://localhost", query, form))
    except RestError as error:
        return error.code
    return None


@pytest.mark.parametrize(("resource", "parameter", "value", "code"), TABLE)
def test_a_magic_number_with_test_credentials(web, resource, parameter, value, code):
    given = {**OTHERWISE[resource], parameter: value}
    answer = web("POST", f"{TEST_ACCOUNT}/{resource}.json", auth=TEST_LOGIN, data=given)
    found = (answer.status_code, answer.json.get("code"))
    assert found == (HTTPStatus.BAD_REQUEST if code else HTTPStatus.CREATED, code)


@pytest.mark.parametrize(("resource", "parameter", "value", "code"), TABLE)
def test_a_magic_number_with_ordinary_credentials(resource, parameter, value, code):
    given = {**OTHERWISE[resource], parameter: value}
    for credentials in (Credentials.AUTH_TOKEN, Credentials.API_KEY):
        expected = None if parameter == "From" else code
        assert code_of(resource, given, credentials) == expected


def test_a_sender_that_is_not_given_is_no_magic():
    assert (
        code_of("Messages", {"To": ANYBODY, "MessagingServiceSid": "MG"}, Credentials.TEST) is None
    )


def test_a_number_bought_with_test_credentials_is_not_kept(login, sandbox):
    test_client = login(*TEST_LOGIN)
    bought = test_client.incoming_phone_numbers.create(phone_number=VALID, voice_url="https://a.b/")
    assert (bought.phone_number, bought.voice_url) == (VALID, "https://a.b/")
    assert bought.account_sid == SETTINGS.test_account_sid
    by_area = test_client.incoming_phone_numbers.create(area_code="500")
    assert (by_area.phone_number, by_area.friendly_name) == (VALID, "(500) 555-0006")
    (number,) = sandbox.numbers.all()
    assert (number.phone_number, number.voice_url) == (SETTINGS.number, "")


def test_test_credentials_check_a_purchase_as_ordinary_ones_do(login):
    with pytest.raises(TwilioRestException) as refusal:
        login(*TEST_LOGIN).incoming_phone_numbers.create(phone_number=VALID, voice_url="nowhere")
    assert (refusal.value.status, refusal.value.code) == (400, 21402)


def test_what_is_created_with_test_credentials_is_not_kept_and_never_happens(login, sandbox):
    told = "https://example.test/told"
    endpoint = {"name": "told", "url": told, "reply": {"status": 204}}
    sandbox.add_endpoints({"endpoints": [endpoint]})
    client = login(*TEST_LOGIN)
    message = client.messages.create(ANYBODY, from_=VALID, body="hi", status_callback=told)
    call = client.calls.create(ANYBODY, VALID, url=told, status_callback=told)
    assert (message.status, message.sid[:2]) == ("queued", "SM")
    assert (call.status, call.sid[:2]) == ("queued", "CA")
    assert {message.account_sid, call.account_sid} == {SETTINGS.test_account_sid}
    sandbox.clock.advance(3600)
    assert (sandbox.messages.all(), sandbox.carrier.calls) == ([], [])
    assert sandbox.journal.query("told") == []


@pytest.mark.parametrize(
    ("to", "message_code", "call_code"),
    [("+15005550001", 21211, 21217), ("+15005550004", 21610, 21216)],
)
def test_magic_numbers_can_be_written_to_and_called_by_everybody(
    client, sandbox, to, message_code, call_code
):
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to, from_=SETTINGS.number, body="hi")
    assert refusal.value.code == message_code
    with pytest.raises(TwilioRestException) as refusal:
        client.calls.create(to, SETTINGS.number, url="https://example.test/")
    assert refusal.value.code == call_code
    assert (sandbox.messages.all(), sandbox.carrier.calls) == ([], [])
