"""Numbers that stand for what may go wrong (rest-api.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.rest.errors import refused
from mockstudio.rest.request import ApiRequest

MESSAGES: Final = "Messages"
CALLS: Final = "Calls"
NUMBERS: Final = "IncomingPhoneNumbers"

VALID: Final = "+15005550006"
"""Owned and available, whatever it is used for."""
VALID_AREA_CODE: Final = "500"
"""Of the number above, which it buys."""
ANY_OTHER: Final = "any other"

MAGIC_NUMBERS: Final[Mapping[str, Mapping[str, Mapping[str, int | None]]]] = MappingProxyType(
    {
        MESSAGES: {
            "To": {
                "+15005550001": 21211,
                "+15005550002": 21612,
                "+15005550003": 21408,
                "+15005550004": 21610,
                "+15005550009": 21614,
            },
            "From": {
                "+15005550001": 21212,
                "+15005550007": 21606,
                "+15005550008": 21611,
                VALID: None,
                ANY_OTHER: 21606,
            },
        },
        CALLS: {
            "To": {
                "+15005550001": 21217,
                "+15005550002": 21214,
                "+15005550003": 21215,
                "+15005550004": 21216,
            },
            "From": {
                "+15005550001": 21212,
                VALID: None,
                ANY_OTHER: 21210,
            },
        },
        NUMBERS: {
            "PhoneNumber": {
                "+15005550000": 21422,
                "+15005550001": 21421,
                VALID: None,
            },
            "AreaCode": {
                "533": 21452,
                VALID_AREA_CODE: None,
            },
        },
    }
)
"""By resource, parameter and value: the code that the request is refused with, None for valid."""

MAGIC_MESSAGES: Final[Mapping[int, str]] = MappingProxyType(
    {
        21210: "The source phone number provided, {}, is not yet verified for your account. You "
        "may only make calls from phone numbers that you've verified or purchased from Twilio.",
        21211: "The 'To' number {} is not a valid phone number.",
        21212: "The 'From' number {} is not a valid phone number, shortcode, or alphanumeric "
        "sender ID.",
        21214: "The 'To' phone number {} cannot be reached",
        21215: "The account is not authorized to call the region of {}",
        21216: "The account is not allowed to call {}",
        21217: "The phone number {} does not appear to be valid",
        21408: "Permission to send an SMS has not been enabled for the region of the 'To' number "
        "{}",
        21421: "The phone number {} is not valid",
        21422: "The phone number {} is not available",
        21452: "No phone numbers found in area code {}",
        21606: "The From phone number {} is not a valid, SMS-capable inbound phone number or "
        "short code for your account.",
        21610: "Attempt to send to unsubscribed recipient",
        21611: "The 'From' number {} has too many messages queued",
        21612: "The 'To' phone number {} is not currently reachable via SMS",
        21614: "The 'To' number {} is not a valid mobile number",
    }
)
"""What each code says of the number."""
_TWILIOS_SIDE: Final = "From"
"""Its magic is for test credentials only: an account has numbers of its own."""


def check_magic_numbers(resource: str, request: ApiRequest) -> None:
    """Let a request that creates something pass, unless one of its numbers is magic.

    With test credentials this takes the place of asking whether the account has the `From` number
    (`Caller.is_test`). With ordinary ones the other side's numbers are magic as well.

    Args:
        resource: a key of `MAGIC_NUMBERS`.
        request: its parameters have been found to be well formed.

    Raises:
        RestError: what the number stands for.
    """
    for parameter, outcomes in MAGIC_NUMBERS[resource].items():
        given = request.form.text(parameter)
        if not given or (parameter == _TWILIOS_SIDE and not request.caller.is_test):
            continue
        code = outcomes.get(given, outcomes.get(ANY_OTHER))
        if code is not None:
            raise refused(code, MAGIC_MESSAGES[code].format(given))
