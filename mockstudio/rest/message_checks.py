"""What a request for a message asks for, checked in Twilio's order (rest-api.md 3.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mockstudio.http.hosts import is_url
from mockstudio.rest.errors import RestError, refused
from mockstudio.rest.magic_numbers import MESSAGES, check_magic_numbers
from mockstudio.rest.message_senders import (
    check_owner,
    check_recipient,
    check_sender,
    check_service,
)
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.request import ApiRequest
from mockstudio.sids import is_sid
from mockstudio.store.numbers import NumberBook

BAD_APPLICATION: Final = 21218
NO_BODY: Final = 21602
NO_SENDER: Final = 21603
NO_RECIPIENT: Final = 21604
BAD_CALLBACK: Final = 21609
BODY_TOO_LONG: Final = 21617
NO_CONTENT: Final = 21619
BAD_MEDIA: Final = 21620
TOO_MANY_MEDIA: Final = 21623
BAD_VALIDITY: Final = 21624
BAD_PRICE: Final = 21627
NO_CONTENT_SID: Final = 21654
BAD_CONTENT_SID: Final = 21655
BAD_CONTENT_VARIABLES: Final = 21656
NO_SEND_AT: Final = 35111
BAD_SEND_AT: Final = 35114
NO_SERVICE: Final = 35118

LONGEST_BODY: Final = 1600
MOST_MEDIA: Final = 10
LONGEST_URL: Final = 4000
LONGEST_VALIDITY: Final = 36_000
SOONEST: Final = timedelta(seconds=900)
LATEST: Final = timedelta(days=35)
"""How far ahead a message may be scheduled."""


@dataclass(frozen=True)
class Wanted:
    """A message that can be sent.

    Attributes:
        to: who receives.
        from_: who sends: an address, or the SID of a Messaging Service.
        service: the SID of a Messaging Service, or empty for none.
        body: text; for a content template, what stands for it here.
        media: URLs.
        is_mms: whether it goes as one MMS even without media.
        status_callback: a URL, or empty.
        send_at: when it is to leave, or None for at once.
    """

    to: str
    from_: str
    service: str
    body: str
    media: tuple[str, ...]
    is_mms: bool
    status_callback: str
    send_at: datetime | None


def wanted_message(request: ApiRequest, numbers: NumberBook, now: datetime) -> Wanted:
    """Return what a request asks for.

    Args:
        request: what a client sent.
        numbers: of the account.
        now: what the time of sending is counted from.

    Raises:
        RestError: it cannot be sent.
    """
    form = request.form
    to, from_ = form.text("To").strip(), form.text("From").strip()
    given = form.text("MessagingServiceSid").strip()
    _check_presence(form, to, from_ or given)
    check_recipient(to)
    check_service(given)
    check_sender(from_, to)
    if not request.caller.is_test:
        check_owner(from_, numbers)
    check_magic_numbers(MESSAGES, request)
    service = given or (from_ if is_sid(from_, "MG") else "")
    return Wanted(
        to=to,
        from_=from_ or given,
        service=service,
        body=_body(form),
        media=_media(form),
        is_mms=form.flag("SendAsMms"),
        status_callback=_callback(form),
        send_at=_send_at(form, service, now),
    )


def _check_presence(form: Parameters, to: str, sender: str) -> None:
    if not to:
        raise refused(NO_RECIPIENT, "A 'To' phone number is required.")
    if not sender:
        raise refused(NO_SENDER, "A 'From' or 'MessagingServiceSid' parameter is required.")
    if form.text("Body").strip() or form.many("MediaUrl") or form.text("ContentSid"):
        return
    if form.text("ContentVariables"):
        raise refused(NO_CONTENT_SID, "ContentVariables need a ContentSid.")
    if "Body" in form:
        raise refused(NO_BODY, "Message body is required.")
    raise refused(NO_CONTENT, "A text message body or media urls must be specified.")


def _body(form: Parameters) -> str:
    sid = form.text("ContentSid")
    if sid:
        return _template(form, sid)
    body = form.text("Body")
    if len(body) > LONGEST_BODY:
        message = f"The concatenated message body exceeds the {LONGEST_BODY} character limit"
        raise refused(BODY_TOO_LONG, message)
    return body


def _template(form: Parameters, sid: str) -> str:
    """Return what stands for a content template here: its SID and variables."""
    if not is_sid(sid, "HX"):
        raise refused(BAD_CONTENT_SID, f"The ContentSid {sid} is invalid")
    try:
        variables = form.json_object("ContentVariables") or {}
    except RestError as error:
        raise refused(BAD_CONTENT_VARIABLES, str(error)) from error
    values = ", ".join(f"{name}={value}" for name, value in variables.items())
    return f"[content template {sid}{': ' + values if values else ''}]"


def _media(form: Parameters) -> tuple[str, ...]:
    urls = form.many("MediaUrl")
    if len(urls) > MOST_MEDIA:
        message = f"Number of media files exceeds the limit of {MOST_MEDIA}: {len(urls)}"
        raise refused(TOO_MANY_MEDIA, message)
    for url in urls:
        if not is_url(url):
            message = f"Media urls: {url} are invalid. Please use only valid http and https urls"
            raise refused(BAD_MEDIA, message)
    return tuple(urls)


def _callback(form: Parameters) -> str:
    """Return the status callback, and check what has no effect here."""
    url = form.url("StatusCallback", BAD_CALLBACK)
    if len(url) > LONGEST_URL:
        message = f"StatusCallback: expected at most {LONGEST_URL} characters, found {len(url)}"
        raise refused(BAD_CALLBACK, message)
    _check_the_rest(form)
    return url


def _check_the_rest(form: Parameters) -> None:
    application = form.text("ApplicationSid")
    if application and not is_sid(application, "AP"):
        raise refused(BAD_APPLICATION, f"ApplicationSid {application} is invalid")
    _check_price(form.text("MaxPrice"))
    form.whole("ValidityPeriod", LONGEST_VALIDITY, 1, LONGEST_VALIDITY, BAD_VALIDITY)
    form.whole("Attempt", 1, 1, 999_999_999)
    for name in ("ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls"):
        form.flag(name)
    form.one_of("ContentRetention", ("retain", "discard"))
    form.one_of("AddressRetention", ("retain", "obfuscate"))
    form.one_of("TrafficType", ("free",))
    form.one_of("RiskCheck", ("enable", "disable"))


def _check_price(text: str) -> None:
    try:
        is_price = math.isfinite(float(text or 0))
    except ValueError:
        is_price = False
    if not is_price:
        raise refused(BAD_PRICE, f"MaxPrice: expected a number, found '{text}'")


def _send_at(form: Parameters, service: str, now: datetime) -> datetime | None:
    """Return when a message is to leave; only Messaging Services schedule."""
    if not form.one_of("ScheduleType", ("fixed",)):
        return None
    if not service:
        raise refused(NO_SERVICE, "MessagingServiceSid is required to schedule a message")
    if not form.text("SendAt"):
        raise refused(NO_SEND_AT, "SendAt cannot be empty for ScheduleType 'fixed'")
    try:
        moment = form.date("SendAt")
    except RestError as error:
        raise refused(BAD_SEND_AT, str(error)) from error
    if moment is None or not now + SOONEST <= moment <= now + LATEST:
        message = (
            f"SendAt time must be between {SOONEST.seconds} seconds and {LATEST.days} days "
            f"({int(LATEST.total_seconds())} seconds) in the future"
        )
        raise refused(BAD_SEND_AT, message)
    return moment
