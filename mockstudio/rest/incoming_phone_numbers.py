"""`/2010-04-01/Accounts/{AC}/IncomingPhoneNumbers` (rest-api.md 3.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from mockstudio.config import API_VERSION
from mockstudio.rest.errors import refused
from mockstudio.rest.magic_numbers import NUMBERS, VALID, VALID_AREA_CODE, check_magic_numbers
from mockstudio.rest.number_form import changed, check_account, given_settings
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.sids import new_sid
from mockstudio.store.numbers import IncomingNumber, NumberType, friendly_name, is_toll_free

BAD_NUMBER: Final = 21421
NOT_AVAILABLE: Final = 21422
BAD_AREA_CODE: Final = 21451
NONE_IN_AREA_CODE: Final = 21452

_NUMBERS = f"/{API_VERSION}/Accounts/<account_sid>/IncomingPhoneNumbers"
_PATHS: Mapping[str, NumberType] = MappingProxyType(
    {"Local": NumberType.LOCAL, "Mobile": NumberType.MOBILE, "TollFree": NumberType.TOLL_FREE}
)
_E_164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
_AREA_CODE = re.compile(r"[2-9]\d\d", re.ASCII)
_NOBODYS = range(100, 200)
"""555-0100 to 555-0199 belong to nobody, in every area."""
_PUNCTUATION = re.compile(r"[\s().-]")


class IncomingPhoneNumberResource:
    """The account's numbers: what answers their calls and messages.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._numbers = world.numbers
        self._clock = world.clock
        self._contact = world.settings.contact

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.post(f"{_NUMBERS}.json", self.create)
        routes.get(f"{_NUMBERS}.json", self.list)
        routes.get(f"{_NUMBERS}/<sid>.json", self.fetch)
        routes.post(f"{_NUMBERS}/<sid>.json", self.update)
        routes.delete(f"{_NUMBERS}/<sid>.json", self.delete)
        for name, type_ in _PATHS.items():
            routes.post(f"{_NUMBERS}/{name}.json", partial(self.create_of_type, type_))
            routes.get(f"{_NUMBERS}/{name}.json", partial(self.list_of_type, type_))

    def create(self, request: ApiRequest, account_sid: str) -> Answer:
        """Buy a number, or one of an area; with test credentials it is not kept."""
        return created(_represent(account_sid, self._buy(request)))

    def create_of_type(self, type_: NumberType, request: ApiRequest, account_sid: str) -> Answer:
        """Buy a local, mobile or toll-free number."""
        number = self._buy(request, type_)
        return created(_represent_of_type(account_sid, number))

    def list(self, request: ApiRequest, account_sid: str) -> Listing[IncomingNumber]:
        """Answer with the numbers that the filters let through."""
        lets_through = _filter(request.query)
        entries = [entry for entry in self._numbers.entries() if lets_through(entry.record)]
        return Listing("incoming_phone_numbers", entries, partial(_represent, account_sid))

    def list_of_type(
        self, type_: NumberType, request: ApiRequest, account_sid: str
    ) -> Listing[IncomingNumber]:
        """Answer with the local, mobile or toll-free numbers that the filters let through."""
        found = self.list(request, account_sid)
        entries = [entry for entry in found.entries if entry.record.type is type_]
        return replace(found, entries=entries, represent=partial(_represent_of_type, account_sid))

    def fetch(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Answer with a number."""
        return fetched(_represent(account_sid, request.found(self._numbers.get(sid))))

    def update(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Set a number to something else; what is not given stays."""
        check_account(request.form, account_sid)
        given, now = given_settings(request.form), self._clock.now()
        number = self._numbers.change(
            sid, lambda number: replace(changed(number, given), updated=now)
        )
        return fetched(_represent(account_sid, request.found(number)))

    def delete(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Give a number back: nobody answers it any more."""
        request.found(self._numbers.remove(sid))
        return deleted()

    # --- how one is bought

    def _buy(self, request: ApiRequest, type_: NumberType | None = None) -> IncomingNumber:
        form = request.form
        written, area_code = _phone_number(form, type_), form.text("AreaCode")
        if not written and not _AREA_CODE.fullmatch(area_code):
            raise refused(BAD_AREA_CODE, f"AreaCode: expected three digits, found '{area_code}'")
        check_magic_numbers(NUMBERS, request)
        given = given_settings(form)
        if written:
            number = self._new(written, type_, given)
            if self._is_sold(number, request):
                return number
            raise refused(NOT_AVAILABLE, f"The phone number {written} is not available")
        for candidate in _numbers_of(area_code):
            number = self._new(candidate, type_, given)
            if self._is_sold(number, request):
                return number
        raise refused(NONE_IN_AREA_CODE, f"No phone numbers found in area code {area_code}")

    def _is_sold(self, number: IncomingNumber, request: ApiRequest) -> bool:
        """Tell whether a number is the account's now; with test credentials only as if."""
        if request.caller.is_test:
            return True
        return number.phone_number != self._contact and self._numbers.buy(number)

    def _new(
        self, phone_number: str, type_: NumberType | None, given: Mapping[str, Any]
    ) -> IncomingNumber:
        now = self._clock.now()
        usual = NumberType.TOLL_FREE if is_toll_free(phone_number) else NumberType.LOCAL
        name = friendly_name(phone_number)
        number = IncomingNumber(new_sid("PN"), phone_number, name, now, now, type_ or usual)
        return changed(number, given)


def _phone_number(form: Parameters, type_: NumberType | None) -> str:
    """Return the number to buy, or an empty text when any of an area will do."""
    found = form.text("PhoneNumber")
    if not found and form.text("AreaCode") and type_ is None:
        return ""
    if not _E_164.fullmatch(found):
        expected = "a number such as +14155551234" + ("" if type_ else ", or an AreaCode")
        raise refused(BAD_NUMBER, f"PhoneNumber: expected {expected}, found '{found}'")
    if type_ and found.startswith("+1") and is_toll_free(found) != (type_ is NumberType.TOLL_FREE):
        raise refused(NOT_AVAILABLE, f"The phone number {found} is not available as {type_}")
    return found


def _numbers_of(area_code: str) -> Iterator[str]:
    if area_code == VALID_AREA_CODE:
        yield VALID
    yield from (f"+1{area_code}5550{last}" for last in _NOBODYS)


def _filter(query: Parameters) -> Callable[[IncomingNumber], bool]:
    """Return what tells whether a number is listed; all there are, Twilio owns, none is new."""
    query.flag("Beta", True)
    name, is_hosted = query.text("FriendlyName"), query.one_of("Origin", ("twilio", "hosted"))
    digits = _PUNCTUATION.sub("", query.text("PhoneNumber"))
    pattern = re.compile(re.escape(digits).replace(r"\*", r"\d"))

    def lets_through(number: IncomingNumber) -> bool:
        if is_hosted == "hosted" or name not in ("", number.friendly_name):
            return False
        return pattern.search(number.phone_number) is not None

    return lets_through


def _represent(account_sid: str, number: IncomingNumber) -> dict[str, Any]:
    return {
        "sid": number.sid,
        "account_sid": account_sid,
        "friendly_name": number.friendly_name,
        "phone_number": number.phone_number,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_caller_id_lookup": number.voice_caller_id_lookup,
        "voice_application_sid": number.voice_application_sid or None,
        "voice_receive_mode": number.voice_receive_mode,
        "date_created": rfc_2822(number.created),
        "date_updated": rfc_2822(number.updated),
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_application_sid": number.sms_application_sid or None,
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "api_version": number.api_version,
        "origin": "twilio",
        "trunk_sid": number.trunk_sid or None,
        "emergency_status": number.emergency_status,
        "emergency_address_sid": number.emergency_address_sid or None,
        "emergency_address_status": (
            "registered" if number.emergency_address_sid else "unregistered"
        ),
        "address_sid": number.address_sid or None,
        "identity_sid": number.identity_sid or None,
        "bundle_sid": number.bundle_sid or None,
        "uri": f"/{API_VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{number.sid}.json",
        "status": "in-use",
        "type": number.type.value,
    }


def _represent_of_type(account_sid: str, number: IncomingNumber) -> dict[str, Any]:
    """Return a number as the lists of one type show it: its type goes without saying."""
    members = _represent(account_sid, number)
    del members["type"]
    return members
