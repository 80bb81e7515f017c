"""Lives the whole life of every resource with Twilio's library, and prints a JSON line a step.

Run as `whole_life.py FILE`: a Python file that makes a `client`. `node/whole_life.js` is the same
in the other language; what both print differs in SIDs, dates and addresses alone.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

NUMBER, PERSON, UNREACHED = "+15005550006", "+12025550123", "+12025550199"
TEST_LOGIN = ("AC00000000000000000000000000000002", "fedcba9876543210" * 2)
LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
NOBODYS = "0" * 32
PICTURE = "https://shop.example.com/picture.png"
STATUS_URL = "https://shop.example.com/status"
VOICE_URL = "https://shop.example.com/voice"
ON_HOLD = '<Response><Pause length="600"/></Response>'
SERVICE = "MG" + "1" * 32


def state(name: str, type_: str, transitions: dict[str, str | None], **properties: Any) -> Any:
    told = [{"event": event, "next": following} for event, following in transitions.items()]
    return {"name": name, "type": type_, "transitions": told, "properties": properties}


def asking(question: str) -> dict[str, Any]:
    """Return a flow that asks and waits for an answer."""
    waits = {"incomingMessage": None, "timeout": None, "deliveryFailure": None}
    return {
        "description": "asks",
        "initial_state": "Trigger",
        "states": [
            state("Trigger", "trigger", {"incomingMessage": "ask", "incomingRequest": "ask"}),
            state("ask", "send-and-wait-for-reply", waits, body=question, timeout="3600"),
        ],
    }


BROKEN = {"initial_state": "Trigger", "states": []}


class Diary:
    """Takes steps and prints what came of them.

    Args:
        write: takes a line.
        wait: lets a little time pass.
    """

    def __init__(self, write: Callable[[str], None], wait: Callable[[], None]) -> None:
        self._write = write
        self._wait = wait

    def step(self, name: str, act: Callable[[], Any]) -> Any:
        """Do something, print what it came to, and return it; None when it was refused."""
        try:
            result = act()
        except TwilioRestException as error:
            self._tell(name, error=refusal(error.status, error.code, error.msg, error.details))
        except TwilioException as error:
            answer = json.loads(error.args[1].text)
            self._tell(name, error=refusal(answer["status"], answer["code"], answer["message"]))
        else:
            self._tell(name, result=plain(result))
            return result
        return None

    def until(self, name: str, act: Callable[[], Any], is_so: Callable[[Any], bool]) -> Any:
        """Do something again and again until it comes to what is expected; print that alone."""
        for _ in range(400):
            result = act()
            if is_so(result):
                self._tell(name, result=plain(result))
                return result
            self._wait()
        raise SystemExit(f"{name}: still {plain(result)}")

    def pages(self, name: str, page: Any) -> None:
        """Print the names on a page and all after it."""
        number = 0
        while page is not None:
            number += 1
            seen = [instance.friendly_name for instance in page]
            is_last = page.next_page_url is None
            self._tell(f"{name}, page {number}", result={"names": seen, "is_last": is_last})
            page = page.next_page()

    def _tell(self, name: str, **what: Any) -> None:
        self._write(json.dumps({"step": name, **what}, ensure_ascii=False))


def refusal(status: int, code: int | None, message: str, details: Any = None) -> dict[str, Any]:
    """Return what both libraries tell of a refusal; Python's puts words before Twilio's."""
    text = message.split(" record: ", 1)[-1] if message.startswith("Unable to ") else message
    return {"status": status, "code": code, "message": text, "details": details}


def plain(value: Any) -> Any:
    """Return a resource, or any other value, in JSON's types."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return [plain(one) for one in value]
    if value is None or isinstance(value, str | int | float | bool | dict):
        return value
    members = {"from" if name in ("from_", "_from") else name: each
               for name, each in vars(value).items()}  # fmt: skip
    return {name: plain(each) for name, each in members.items() if not name.startswith("_")}


def login(client: Client, name: str, password: str) -> Client:
    """Return a client of the same way, with another login."""
    other = Client(name, password, client.account_sid, http_client=client.http_client)
    other.api.base_url = client.api.base_url
    other.studio.base_url = client.studio.base_url
    return other


def live(client: Client, diary: Diary) -> None:
    """Live all lives."""
    for part in (accounts, keys, numbers, messages, media, calls, tests, flows, old_flows,
                 executions, old_executions):  # fmt: skip
        part(client, diary)


def accounts(client: Client, diary: Diary) -> None:
    step = diary.step
    step("the account", client.api.v2010.accounts(client.account_sid).fetch)
    step("another account", client.api.v2010.accounts("AC" + NOBODYS).fetch)


def keys(client: Client, diary: Diary) -> None:
    step = diary.step
    made = step("create a key", lambda: client.new_keys.create(friendly_name="first"))
    key = client.keys(made.sid)
    step("fetch a key", key.fetch)
    step("update a key", lambda: key.update(friendly_name="renamed"))
    step("a key without a name", client.new_keys.create)
    step("a key of the same name", lambda: client.new_keys.create(friendly_name="renamed"))
    step("list keys", client.keys.list)
    step("list two keys", lambda: client.keys.list(limit=2))
    step("list keys one by one", lambda: client.keys.list(page_size=1))
    diary.pages("keys", client.keys.page(page_size=2))
    step("too long a name", lambda: client.new_keys.create(friendly_name="x" * 65))
    step("too large a page", lambda: client.keys.page(page_size=1001))
    step("no such key", client.keys("SK" + NOBODYS).fetch)
    other = login(client, made.sid, made.secret)
    step("a key's messages", other.messages.list)
    step("a key's keys", other.keys.list)
    step("a key's new key", other.new_keys.create)
    step("a wrong secret", login(client, made.sid, "guess").messages.list)
    step("delete a key", key.delete)
    step("delete a key again", key.delete)
    step("update a deleted key", lambda: key.update(friendly_name="x"))
    step("a deleted key's messages", other.messages.list)
    step("the other keys", lambda: [client.keys(one.sid).delete() for one in client.keys.list()])


def numbers(client: Client, diary: Diary) -> None:
    step, all_numbers = diary.step, client.incoming_phone_numbers
    made = step("buy a number", lambda: all_numbers.create(
        phone_number="+14155550111", friendly_name="shop", voice_url=VOICE_URL, sms_url=VOICE_URL,
        sms_method="GET", status_callback=STATUS_URL))  # fmt: skip
    number = all_numbers(made.sid)
    step("fetch a number", number.fetch)
    step("set a number", lambda: number.update(voice_url="", sms_fallback_url=VOICE_URL))
    step("buy it again", lambda: all_numbers.create(phone_number="+14155550111"))
    step("buy no number", lambda: all_numbers.create(phone_number="12"))
    step("buy anywhere", all_numbers.create)
    step("buy with a bad URL", lambda: all_numbers.create(
        phone_number="+14155550112", sms_url="nonsense"))  # fmt: skip
    local = step("buy a local one", lambda: all_numbers.local.create(phone_number="+14155550113"))
    mobile = step("buy a mobile", lambda: all_numbers.mobile.create(phone_number="+447700900123"))
    free = step("buy toll-free", lambda: all_numbers.toll_free.create(phone_number="+18005550114"))
    area = step("buy of an area", lambda: all_numbers.create(area_code="202"))
    step("list numbers", all_numbers.list)
    step("list numbers by name", lambda: all_numbers.list(friendly_name="shop"))
    step("list numbers by digits", lambda: all_numbers.list(phone_number="41555501"))
    step("list hosted numbers", lambda: all_numbers.list(origin="hosted"))
    step("list local numbers", all_numbers.local.list)
    step("list mobile numbers", all_numbers.mobile.list)
    step("list toll-free numbers", all_numbers.toll_free.list)
    diary.pages("numbers", all_numbers.page(page_size=4))
    for each in (made, local, mobile, free, area):
        step("delete a number", all_numbers(each.sid).delete)
    step("fetch a deleted number", number.fetch)
    step("set a deleted number", lambda: number.update(friendly_name="x"))
    step("delete a number again", number.delete)


def messages(client: Client, diary: Diary) -> None:
    step, every = diary.step, client.messages
    made = step("send a message", lambda: every.create(
        to=PERSON, from_=NUMBER, body="Zoë & 🎈", status_callback=STATUS_URL))  # fmt: skip
    message = every(made.sid)
    diary.until("it is delivered", message.fetch, lambda one: one.status == "delivered")
    for body in ("second", "third"):
        sent = step("send another", lambda body=body: every.create(
            to=UNREACHED, from_=NUMBER, body=body))  # fmt: skip
        diary.until("it arrives", every(sent.sid).fetch, lambda one: one.status == "delivered")
    step("list messages", every.list)
    step("list two messages", lambda: every.list(limit=2, page_size=1))
    step("list messages to", lambda: every.list(to=UNREACHED, page_size=1))
    step("list messages from", lambda: every.list(from_=PERSON))
    step("list messages since", lambda: every.list(date_sent_after=LONG_AGO, page_size=2))
    step("list messages before", lambda: every.list(date_sent_before=LONG_AGO))
    step("list messages of a day", lambda: every.list(date_sent=LONG_AGO))
    step("give feedback", lambda: message.feedback.create(outcome="confirmed"))
    step("redact a message", lambda: message.update(body=""))
    step("rewrite a message", lambda: message.update(body="other words"))
    step("no recipient", lambda: every.create(to="", from_=NUMBER, body="x"))
    step("a bad recipient", lambda: every.create(to="+1", from_=NUMBER, body="x"))
    step("no sender", lambda: every.create(to=PERSON, body="x"))
    step("somebody else's number", lambda: every.create(to=PERSON, from_="+14155550199", body="x"))
    step("no content", lambda: every.create(to=PERSON, from_=NUMBER))
    step("too long", lambda: every.create(to=PERSON, from_=NUMBER, body="x" * 1601))
    step("a bad callback", lambda: every.create(
        to=PERSON, from_=NUMBER, body="x", status_callback="nonsense"))  # fmt: skip
    scheduled_message(client, diary, made.date_created + timedelta(days=1))
    step("delete a message", message.delete)
    step("fetch a deleted message", message.fetch)
    step("delete a message again", message.delete)


def scheduled_message(client: Client, diary: Diary, tomorrow: datetime) -> None:
    step = diary.step
    later = step("send a message tomorrow", lambda: client.messages.create(
        to=PERSON, messaging_service_sid=SERVICE, body="later", schedule_type="fixed",
        send_at=tomorrow))  # fmt: skip
    message = client.messages(later.sid)
    step("delete a message too soon", message.delete)
    step("cancel a message", lambda: message.update(status="canceled"))
    step("cancel a message again", lambda: message.update(status="canceled"))
    step("delete a canceled message", message.delete)


def media(client: Client, diary: Diary) -> None:
    step = diary.step
    made = step("send pictures", lambda: client.messages.create(
        to=PERSON, from_=NUMBER, media_url=[PICTURE, PICTURE]))  # fmt: skip
    message = client.messages(made.sid)
    found = step("list media", message.media.list)
    step("list media since", lambda: message.media.list(date_created_after=LONG_AGO))
    step("list media before", lambda: message.media.list(date_created_before=LONG_AGO))
    medium = message.media(found[0].sid)
    step("fetch a medium", medium.fetch)
    step("delete a medium", medium.delete)
    step("fetch a deleted medium", medium.fetch)
    step("the other medium", lambda: message.media.list(page_size=1))
    diary.until("pictures are delivered", message.fetch, lambda one: one.status == "delivered")
    step("delete pictures", message.delete)
    step("media of a deleted message", message.media.list)


def calls(client: Client, diary: Diary) -> None:
    step, every = diary.step, client.calls
    made = step("call", lambda: every.create(
        to=PERSON, from_=NUMBER, twiml=ON_HOLD, status_callback=STATUS_URL,
        status_callback_event=["initiated", "answered", "completed"]))  # fmt: skip
    call = every(made.sid)
    diary.until("it is answered", call.fetch, lambda one: one.status == "in-progress")
    step("list live calls", lambda: every.list(status="in-progress"))
    step("cancel a live call", lambda: call.update(status="canceled"))
    step("delete a live call", call.delete)
    step("redirect a call", lambda: call.update(url=VOICE_URL, method="GET"))
    step("give a call words", lambda: call.update(twiml=ON_HOLD))
    step("hang up", lambda: call.update(status="completed"))
    diary.until("it is over", call.fetch, lambda one: one.status == "completed")
    step("hang up again", lambda: call.update(status="completed"))
    ringing = step("call in vain", lambda: every.create(
        to=UNREACHED, from_=NUMBER, url=VOICE_URL))  # fmt: skip
    vain = every(ringing.sid)
    diary.until("it rings", vain.fetch, lambda one: one.status == "ringing")
    step("give up", lambda: vain.update(status="canceled"))
    step("list calls", every.list)
    step("list calls to", lambda: every.list(to=PERSON, page_size=1))
    step("list calls from", lambda: every.list(from_=PERSON))
    step("list calls since", lambda: every.list(start_time_after=LONG_AGO, page_size=1))
    step("list calls before", lambda: every.list(end_time_before=LONG_AGO))
    step("call nobody", lambda: every.create(to="nobody", from_=NUMBER, twiml=ON_HOLD))
    step("call without words", lambda: every.create(to=PERSON, from_=NUMBER))
    step("call from elsewhere", lambda: every.create(
        to=PERSON, from_="+14155550199", twiml=ON_HOLD))  # fmt: skip
    step("delete a call", call.delete)
    step("delete another call", vain.delete)
    step("fetch a deleted call", call.fetch)


def tests(client: Client, diary: Diary) -> None:
    """Test credentials."""
    step, test = diary.step, login(client, *TEST_LOGIN)
    path = test.api.v2010.accounts(TEST_LOGIN[0])
    step("send as a test", lambda: path.messages.create(to=PERSON, from_=NUMBER, body="x"))
    step("send to nobody", lambda: path.messages.create(
        to="+15005550001", from_=NUMBER, body="x"))  # fmt: skip
    step("call as a test", lambda: path.calls.create(to=PERSON, from_=NUMBER, twiml=ON_HOLD))
    step("buy as a test", lambda: path.incoming_phone_numbers.create(phone_number=NUMBER))
    step("buy what is sold", lambda: path.incoming_phone_numbers.create(
        phone_number="+15005550000"))  # fmt: skip
    step("list as a test", path.messages.list)


def flows(client: Client, diary: Diary) -> None:
    step, studio = diary.step, client.studio.v2
    step("validate a flow", lambda: studio.flow_validate.update("ask", "draft", asking("Which?")))
    step("validate a broken flow", lambda: studio.flow_validate.update("x", "draft", BROKEN))
    made = step("create a flow", lambda: studio.flows.create(
        "ask", "draft", asking("Which?"), commit_message="first"))  # fmt: skip
    flow = studio.flows(made.sid)
    step("fetch a flow", flow.fetch)
    step("run a draft", lambda: flow.executions.create(PERSON, NUMBER))
    step("publish a flow", lambda: flow.update("published"))
    step("change a flow", lambda: flow.update(
        "draft", friendly_name="asks", definition=asking("Which one?")))  # fmt: skip
    step("break a flow", lambda: flow.update("draft", definition=BROKEN))
    step("a status that there is not", lambda: flow.update("ready"))
    step("a broken new flow", lambda: studio.flows.create("x", "draft", BROKEN))
    step("list revisions", flow.revisions.list)
    step("list revisions one by one", lambda: flow.revisions.list(page_size=1))
    for name in ("1", "LatestPublished", "LatestRevision", "9", "newest"):
        step(f"revision {name}", flow.revisions(name).fetch)
    step("set test users", lambda: flow.test_users().update([PERSON, "client:zoë"]))
    step("fetch test users", flow.test_users().fetch)
    more = [step("create another flow", lambda name=name: studio.flows.create(
        name, "published", asking("?"))) for name in ("second", "third")]  # fmt: skip
    step("list flows", studio.flows.list)
    diary.pages("flows", studio.flows.page(page_size=2))
    for each in (made, *more):
        step("delete a flow", studio.flows(each.sid).delete)
    step("fetch a deleted flow", flow.fetch)
    step("delete a flow again", flow.delete)
    step("test users of a deleted flow", flow.test_users().fetch)
    step("revisions of a deleted flow", flow.revisions.list)


def old_flows(client: Client, diary: Diary) -> None:
    step, studio = diary.step, client.studio.v1
    made = [step("deploy a flow", lambda name=name: client.studio.v2.flows.create(
        name, "published", asking("?"))) for name in ("first", "second")]  # fmt: skip
    flow = studio.flows(made[0].sid)
    step("fetch a flow of version 1", flow.fetch)
    step("list flows of version 1", lambda: studio.flows.list(page_size=1))
    for each in made:
        step("delete a flow of version 1", studio.flows(each.sid).delete)
    step("fetch a deleted flow of version 1", flow.fetch)


def executions(client: Client, diary: Diary) -> None:
    step = diary.step
    made = step("a flow to run", lambda: client.studio.v2.flows.create(
        "ask", "published", asking("{{flow.data.question}}")))  # fmt: skip
    flow = client.studio.v2.flows(made.sid)
    first = step("run a flow", lambda: flow.executions.create(
        PERSON, NUMBER, parameters={"question": "Zoë?", "tries": [1, 2.5, None]}))  # fmt: skip
    execution = flow.executions(first.sid)
    steps = diary.until("it asks", execution.steps.list, bool)
    step("run it again", lambda: flow.executions.create(PERSON, NUMBER))
    step("fetch an execution", execution.fetch)
    step("its context", execution.execution_context().fetch)
    step("list steps one by one", lambda: execution.steps.list(page_size=1))
    one = execution.steps(steps[-1].sid)
    step("fetch a step", one.fetch)
    step("a step's context", one.step_context().fetch)
    step("no such step", execution.steps("FT" + NOBODYS).fetch)
    second = step("run it for another", lambda: flow.executions.create(UNREACHED, NUMBER))
    diary.until("it asks as well", flow.executions(second.sid).steps.list, bool)
    step("list executions", lambda: flow.executions.list(page_size=1))
    step("list active ones", lambda: flow.executions.list(status="active"))
    step("list ended ones", lambda: flow.executions.list(status="ended"))
    step("list executions since", lambda: flow.executions.list(date_created_from=LONG_AGO))
    step("list executions until", lambda: flow.executions.list(date_created_to=LONG_AGO))
    step("end an execution", lambda: execution.update("ended"))
    step("revive an execution", lambda: execution.update("active"))
    step("run without a contact", lambda: flow.executions.create("", NUMBER))
    step("delete an execution", execution.delete)
    step("delete an active execution", flow.executions(second.sid).delete)
    step("fetch a deleted execution", execution.fetch)
    step("steps of a deleted execution", execution.steps.list)
    step("delete an execution again", execution.delete)
    step("delete what was run", flow.delete)


def old_executions(client: Client, diary: Diary) -> None:
    step = diary.step
    made = step("one more flow to run", lambda: client.studio.v2.flows.create(
        "ask", "published", asking("?")))  # fmt: skip
    flow = client.studio.v1.flows(made.sid)
    for kind, every in (("execution", flow.executions), ("engagement", flow.engagements)):
        first = step(f"{kind} of version 1", lambda every=every: every.create(
            PERSON, NUMBER, parameters={"a": 1}))  # fmt: skip
        one = every(first.sid)
        context = one.execution_context if kind == "execution" else one.engagement_context
        steps = diary.until(f"the {kind}'s steps", one.steps.list, bool)
        step(f"fetch the {kind}", one.fetch)
        step(f"list {kind}s", every.list)
        step(f"the {kind}'s context", context().fetch)
        step(f"the same {kind}", lambda every=every: every.create(PERSON, NUMBER))
        step(f"fetch a step of the {kind}", one.steps(steps[0].sid).fetch)
        step(f"context of a step of the {kind}", one.steps(steps[0].sid).step_context().fetch)
        if kind == "execution":
            step("end the execution", lambda one=one: one.update("ended"))
        step(f"delete the {kind}", one.delete)
        step(f"fetch the deleted {kind}", one.fetch)
    step("delete the last flow", flow.delete)


def main() -> None:
    client = runpy.run_path(sys.argv[1])["client"]
    live(client, Diary(lambda line: print(line, flush=True), lambda: time.sleep(0.02)))


if __name__ == "__main__":
    main()
