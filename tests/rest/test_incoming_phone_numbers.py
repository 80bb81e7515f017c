"""Numbers of the account, by way of the official library and of plain requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.config import Settings

SETTINGS = Settings()
NUMBER = "+14155551234"
TOLL_FREE = "+18005550199"
URL = "https://example.com/"
AP, TK = "AP" + "a" * 32, "TK" + "b" * 32
MEMBERS = {
    "account_sid", "address_requirements", "address_sid", "api_version", "beta", "bundle_sid",
    "capabilities", "date_created", "date_updated", "emergency_address_sid",
    "emergency_address_status", "emergency_status", "friendly_name", "identity_sid", "origin",
    "phone_number", "sid", "sms_application_sid", "sms_fallback_method", "sms_fallback_url",
    "sms_method", "sms_url", "status", "status_callback", "status_callback_method", "trunk_sid",
    "type", "uri", "voice_application_sid", "voice_caller_id_lookup", "voice_fallback_method",
    "voice_fallback_url", "voice_method", "voice_receive_mode", "voice_url",
}  # fmt: skip


@pytest.fixture
def numbers(client):
    """The numbers of the account."""
    return client.incoming_phone_numbers


@pytest.fixture
def path(account):
    """The path of the numbers."""
    return f"{account}/IncomingPhoneNumbers"


def written(found):
    return [number.phone_number for number in found]


def refuse(answer, code):
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.BAD_REQUEST, code)


def test_a_number_lives_from_its_purchase_to_its_release(numbers, sandbox):
    bought = numbers.create(phone_number=NUMBER, voice_url=URL, voice_method="GET")
    assert bought.sid.startswith("PN")
    assert (bought.phone_number, bought.friendly_name) == (NUMBER, "(415) 555-1234")
    assert (bought.voice_url, bought.voice_method, bought.sms_method) == (URL, "GET", "POST")
    assert bought.date_created == bought.date_updated
    sandbox.clock.advance(60)
    changed = numbers(bought.sid).update(friendly_name="hotline", sms_url=URL)
    assert (changed.friendly_name, changed.sms_url, changed.voice_url) == ("hotline", URL, URL)
    assert (changed.date_updated - changed.date_created).seconds == 60
    assert numbers(bought.sid).fetch().friendly_name == "hotline"
    assert written(numbers.list()) == [NUMBER, SETTINGS.number]
    assert numbers(bought.sid).delete() is True
    assert written(numbers.list()) == [SETTINGS.number]


def test_a_number_has_all_members_with_nothing_set(web, path):
    number = web("POST", f"{path}.json", data={"PhoneNumber": NUMBER})
    assert number.status_code == HTTPStatus.CREATED
    assert set(number.json) == MEMBERS
    usual = {
        "account_sid": SETTINGS.account_sid,
        "address_requirements": "none",
        "api_version": "2010-04-01",
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "origin": "twilio",
        "status": "in-use",
        "type": "local",
        "uri": f"{path}/{number.json['sid']}.json",
        "voice_receive_mode": "voice",
        "emergency_address_status": "unregistered",
    }
    assert {name: number.json[name] for name in usual} == usual
    urls = [name for name in MEMBERS if name.endswith("_url") or name == "status_callback"]
    assert {number.json[name] for name in urls} == {""}
    sids = [name for name in MEMBERS if name.endswith("_sid") and name != "account_sid"]
    assert {number.json[name] for name in sids} == {None}
    assert {number.json[name] for name in MEMBERS if name.endswith("_method")} == {"POST"}


def test_every_setting_is_kept_and_shown(web, path):
    given = {
        "FriendlyName": "x" * 64,
        "ApiVersion": "2008-08-01",
        "VoiceUrl": URL,
        "VoiceMethod": "GET",
        "VoiceFallbackUrl": URL,
        "VoiceFallbackMethod": "GET",
        "VoiceApplicationSid": AP,
        "VoiceCallerIdLookup": "true",
        "VoiceReceiveMode": "fax",
        "StatusCallback": URL,
        "StatusCallbackMethod": "GET",
        "SmsUrl": URL,
        "SmsMethod": "GET",
        "SmsFallbackUrl": URL,
        "SmsFallbackMethod": "GET",
        "SmsApplicationSid": AP,
        "AddressSid": "AD" + "1" * 32,
        "IdentitySid": "RI" + "1" * 32,
        "BundleSid": "BU" + "1" * 32,
        "EmergencyStatus": "Active",
        "EmergencyAddressSid": "AD" + "2" * 32,
    }
    bought = web("POST", f"{path}.json", data={"PhoneNumber": NUMBER, **given}).json
    plain = web("POST", f"{path}.json", data={"PhoneNumber": "+14155551235"}).json
    changed = web("POST", f"{path}/{plain['sid']}.json", data=given).json
    for number in (bought, changed):
        shown = {name.replace("_", ""): value for name, value in number.items()}
        expected = {name.lower(): value for name, value in given.items()}
        expected["voicecalleridlookup"] = True
        assert {name: shown[name] for name in expected} == expected
        assert number["emergency_address_status"] == "registered"
    emptied = dict.fromkeys(given, "")
    cleared = web("POST", f"{path}/{plain['sid']}.json", data=emptied).json
    assert {k: v for k, v in cleared.items() if k != "date_updated"} == {
        k: v for k, v in plain.items() if k != "date_updated"
    }


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ({"TrunkSid": TK}, {"VoiceApplicationSid": AP}, (None, AP)),
        ({"VoiceApplicationSid": AP}, {"TrunkSid": TK}, (TK, None)),
        ({}, {"VoiceApplicationSid": AP, "TrunkSid": TK}, (TK, None)),
        ({"TrunkSid": TK}, {"VoiceApplicationSid": ""}, (TK, None)),
    ],
)
def test_a_trunk_and_an_application_push_each_other_out(web, path, first, then, left):
    bought = web("POST", f"{path}.json", data={"PhoneNumber": NUMBER, **first}).json
    changed = web("POST", f"{path}/{bought['sid']}.json", data=then).json
    assert (changed["trunk_sid"], changed["voice_application_sid"]) == left


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 21421),
        ({"PhoneNumber": "4155551234"}, 21421),
        ({"PhoneNumber": "+0155551234"}, 21421),
        ({"PhoneNumber": "+1415555123456789"}, 21421),
        ({"PhoneNumber": "+1\N{ARABIC-INDIC DIGIT FOUR}155551234"}, 21421),
        ({"PhoneNumber": SETTINGS.number}, 21422),
        ({"PhoneNumber": SETTINGS.contact}, 21422),
        ({"AreaCode": "41"}, 21451),
        ({"AreaCode": "155"}, 21451),
        ({"AreaCode": "abc"}, 21451),
        ({"VoiceUrl": "example.com"}, 21402),
        ({"SmsUrl": "ftp://example.com"}, 21402),
        ({"StatusCallback": "nowhere"}, 21402),
        ({"VoiceMethod": "PUT"}, 21403),
        ({"SmsFallbackMethod": "x"}, 21403),
        ({"VoiceFallbackUrl": URL}, 21405),
        ({"SmsFallbackUrl": URL}, 21406),
        ({"FriendlyName": "x" * 65}, 20002),
        ({"VoiceApplicationSid": "AP1"}, 21420),
        ({"SmsApplicationSid": TK}, 21420),
        ({"TrunkSid": AP}, 20001),
        ({"VoiceReceiveMode": "telex"}, 20001),
        ({"VoiceCallerIdLookup": "perhaps"}, 20001),
        ({"EmergencyStatus": "active"}, 20001),
    ],
)
def test_a_purchase_that_is_refused(web, path, sandbox, given, code):
    has_number = not given or {"PhoneNumber", "AreaCode"} & given.keys()
    data = given if has_number else {"PhoneNumber": NUMBER, **given}
    refuse(web("POST", f"{path}.json", data=data), code)
    assert written(sandbox.numbers.all()) == [SETTINGS.number]


def test_an_update_that_is_refused_changes_nothing(web, path):
    bought = web("POST", f"{path}.json", data={"PhoneNumber": NUMBER, "VoiceUrl": URL}).json
    one = f"{path}/{bought['sid']}.json"
    refuse(web("POST", one, data={"VoiceUrl": "", "VoiceFallbackUrl": URL}), 21405)
    refuse(web("POST", one, data={"FriendlyName": "y", "AccountSid": "AC1"}), 21470)
    refuse(web("POST", one, data={"FriendlyName": "y", "AccountSid": "AC" + "9" * 32}), 21471)
    assert web("GET", one).json == bought
    fallback = {"VoiceFallbackUrl": URL, "AccountSid": SETTINGS.account_sid}
    assert web("POST", one, data=fallback).json["voice_fallback_url"] == URL


def test_an_area_has_a_hundred_numbers_that_belong_to_nobody(numbers):
    first = numbers.create(area_code="415", friendly_name="x")
    assert (first.phone_number, first.friendly_name) == ("+14155550100", "x")
    bought = {numbers.create(area_code="415").phone_number for _ in range(99)}
    assert bought == {f"+1415555{last:04}" for last in range(101, 200)}
    with pytest.raises(TwilioRestException) as refusal:
        numbers.create(area_code="415")
    assert (refusal.value.status, refusal.value.code) == (400, 21452)
    numbers(first.sid).delete()
    assert numbers.create(area_code="415").phone_number == first.phone_number


def test_the_person_keeps_their_number(numbers):
    area_code = SETTINGS.contact[2:5]
    bought = {numbers.create(area_code=area_code).phone_number for _ in range(99)}
    assert SETTINGS.contact not in bought


def test_numbers_bought_at_once_are_all_different(web, path, sandbox):
    def buy(_):
        return web("POST", f"{path}.json", data={"AreaCode": "212"}).json["phone_number"]

    with ThreadPoolExecutor(10) as pool:
        bought = list(pool.map(buy, range(40)))
        same = list(
            pool.map(
                lambda _: web("POST", f"{path}.json", data={"PhoneNumber": NUMBER}).status_code,
                range(20),
            )
        )
    assert len(set(bought)) == 40
    assert same.count(HTTPStatus.CREATED) == 1
    assert written(sandbox.numbers.all()).count(NUMBER) == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["+442071838750", "+18005550199", "+14155551234", "+15005550006"]),
        ({"PhoneNumber": "+14155551234"}, ["+14155551234"]),
        ({"PhoneNumber": "555"}, ["+18005550199", "+14155551234", "+15005550006"]),
        ({"PhoneNumber": "+1***555"}, ["+18005550199", "+14155551234", "+15005550006"]),
        ({"PhoneNumber": "+1*15"}, ["+14155551234"]),
        ({"PhoneNumber": "(415) 555-1***"}, ["+14155551234"]),
        ({"PhoneNumber": "**4155"}, []),
        ({"PhoneNumber": "."}, ["+442071838750", "+18005550199", "+14155551234", "+15005550006"]),
        ({"PhoneNumber": "["}, []),
        ({"FriendlyName": "London"}, ["+442071838750"]),
        ({"FriendlyName": "Lond"}, []),
        ({"Beta": "false", "Origin": "twilio"}, ["+442071838750", "+18005550199", "+14155551234",
                                                 "+15005550006"]),
        ({"Origin": "hosted"}, []),
    ],
)  # fmt: skip
def test_filters_let_some_numbers_through(web, numbers, path, filters, found):
    numbers.create(phone_number=NUMBER)
    numbers.create(phone_number=TOLL_FREE)
    numbers.create(phone_number="+442071838750", friendly_name="London")
    page = web("GET", f"{path}.json", query_string=filters).json
    assert [number["phone_number"] for number in page["incoming_phone_numbers"]] == found


@pytest.mark.parametrize("filters", [{"Beta": "x"}, {"Origin": "elsewhere"}])
def test_a_filter_that_there_cannot_be(web, path, filters):
    refuse(web("GET", f"{path}.json", query_string=filters), 20001)


def test_numbers_are_told_apart_by_type(numbers, web, path):
    assert numbers.local.create(phone_number=NUMBER).phone_number == NUMBER
    assert numbers.toll_free.create(phone_number=TOLL_FREE).phone_number == TOLL_FREE
    assert numbers.mobile.create(phone_number="+447400123456").phone_number == "+447400123456"
    assert written(numbers.local.list()) == [NUMBER, SETTINGS.number]
    assert written(numbers.toll_free.list()) == [TOLL_FREE]
    assert written(numbers.mobile.list()) == ["+447400123456"]
    assert written(numbers.local.list(phone_number="415")) == [NUMBER]
    (shown,) = web("GET", f"{path}/TollFree.json").json["incoming_phone_numbers"]
    assert set(shown) == MEMBERS - {"type"}
    assert web("GET", f"{path}/{shown['sid']}.json").json["type"] == "tollfree"


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("Local", {"PhoneNumber": TOLL_FREE}, 21422),
        ("TollFree", {"PhoneNumber": NUMBER}, 21422),
        ("Mobile", {"AreaCode": "415"}, 21421),
        ("Local", {}, 21421),
    ],
)
def test_a_number_of_a_type_that_is_not_sold(web, path, name, given, code):
    refuse(web("POST", f"{path}/{name}.json", data=given), code)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_number_that_is_not_there_is_not_found(web, path, method):
    answer = web(method, f"{path}/PN{'0' * 32}.json")
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)


def test_a_reset_puts_the_first_number_back_and_forgets_all_others(numbers, sandbox):
    before = numbers.list()[0].sid
    numbers.create(phone_number=NUMBER)
    numbers(before).delete()
    sandbox.reset()
    (found,) = numbers.list()
    assert (found.phone_number, found.sid) == (SETTINGS.number, before)
