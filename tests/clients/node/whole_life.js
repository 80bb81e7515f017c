// Lives the whole life of every resource with Twilio's library, and prints a JSON line a step.
//
// Run as `node whole_life.js FILE`: a module that exports a client. `../whole_life.py` is the same
// in the other language; what both print differs in SIDs, dates and addresses alone.
"use strict";

const path = require("node:path");
const { setTimeout: wait } = require("node:timers/promises");
const twilio = require("twilio");

const [NUMBER, PERSON, UNREACHED] = ["+15005550006", "+12025550123", "+12025550199"];
const TEST_LOGIN = ["AC00000000000000000000000000000002", "fedcba9876543210".repeat(2)];
const LONG_AGO = new Date("2001-02-03T04:05:06Z");
const NOBODYS = "0".repeat(32);
const PICTURE = "https://shop.example.com/picture.png";
const STATUS_URL = "https://shop.example.com/status";
const VOICE_URL = "https://shop.example.com/voice";
const ON_HOLD = '<Response><Pause length="600"/></Response>';
const SERVICE = "MG" + "1".repeat(32);
const DAY = 24 * 60 * 60 * 1000;

function state(name, type, transitions, properties = {}) {
  const told = Object.entries(transitions).map(([event, next]) => ({ event, next }));
  return { name, type, transitions: told, properties };
}

/** Returns a flow that asks and waits for an answer. */
function asking(question) {
  const waits = { incomingMessage: null, timeout: null, deliveryFailure: null };
  return {
    description: "asks",
    initial_state: "Trigger",
    states: [
      state("Trigger", "trigger", { incomingMessage: "ask", incomingRequest: "ask" }),
      state("ask", "send-and-wait-for-reply", waits, { body: question, timeout: "3600" }),
    ],
  };
}

const BROKEN = { initial_state: "Trigger", states: [] };

/** Takes steps and prints what came of them. */
class Diary {
  /** Does something, prints what it came to, and returns it; null when it was refused. */
  async step(name, act) {
    let result;
    try {
      result = await act();
    } catch (error) {
      if (!(error instanceof twilio.RestException)) throw error;
      const { status, code, message, details = null } = error;
      this.tell(name, { error: { status, code, message, details } });
      return null;
    }
    this.tell(name, { result: plain(result) });
    return result;
  }

  /** Does something again and again until it comes to what is expected; prints that alone. */
  async until(name, act, isSo) {
    for (let count = 0; count < 400; count++) {
      const result = await act();
      if (isSo(result)) {
        this.tell(name, { result: plain(result) });
        return result;
      }
      await wait(20);
    }
    throw new Error(`${name}: still not`);
  }

  /** Prints the names on a page and all after it. */
  async pages(name, page) {
    for (let number = 1; page; number++) {
      const names = page.instances.map((instance) => instance.friendlyName);
      const is_last = !page.nextPageUrl;
      this.tell(`${name}, page ${number}`, { result: { names, is_last } });
      page = await page.nextPage();
    }
  }

  tell(step, what) {
    console.log(JSON.stringify({ step, ...what }));
  }
}

/** Returns a resource, or any other value, in JSON's types, with the names that the API has. */
function plain(value) {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z/, "Z");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value.toJSON !== "function") return value;
  const members = Object.entries(value.toJSON());
  return Object.fromEntries(members.map(([name, each]) => [snakeCase(name), plain(each)]));
}

function snakeCase(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Returns a client of the same way, with another login. */
function login(client, name, password) {
  const { accountSid, httpClient } = client;
  const other = twilio(name, password, { accountSid, httpClient });
  other.api.baseUrl = client.api.baseUrl;
  other.studio.baseUrl = client.studio.baseUrl;
  return other;
}

async function accounts(client, diary) {
  const { accounts } = client.api.v2010;
  await diary.step("the account", () => accounts(client.accountSid).fetch());
  await diary.step("another account", () => accounts("AC" + NOBODYS).fetch());
}

async function keys(client, diary) {
  const step = diary.step.bind(diary);
  const made = await step("create a key", () => client.newKeys.create({ friendlyName: "first" }));
  const key = client.keys(made.sid);
  await step("fetch a key", () => key.fetch());
  await step("update a key", () => key.update({ friendlyName: "renamed" }));
  await step("a key without a name", () => client.newKeys.create());
  await step("a key of the same name", () => client.newKeys.create({ friendlyName: "renamed" }));
  await step("list keys", () => client.keys.list());
  await step("list two keys", () => client.keys.list({ limit: 2 }));
  await step("list keys one by one", () => client.keys.list({ pageSize: 1 }));
  await diary.pages("keys", await client.keys.page({ pageSize: 2 }));
  await step("too long a name", () => client.newKeys.create({ friendlyName: "x".repeat(65) }));
  await step("too large a page", () => client.keys.page({ pageSize: 1001 }));
  await step("no such key", () => client.keys("SK" + NOBODYS).fetch());
  const other = login(client, made.sid, made.secret);
  await step("a key's messages", () => other.messages.list());
  await step("a key's keys", () => other.keys.list());
  await step("a key's new key", () => other.newKeys.create());
  await step("a wrong secret", () => login(client, made.sid, "guess").messages.list());
  await step("delete a key", () => key.remove());
  await step("delete a key again", () => key.remove());
  await step("update a deleted key", () => key.update({ friendlyName: "x" }));
  await step("a deleted key's messages", () => other.messages.list());
  await step("the other keys", async () => {
    const deleted = [];
    for (const one of await client.keys.list()) deleted.push(await client.keys(one.sid).remove());
    return deleted;
  });
}

async function numbers(client, diary) {
  const step = diary.step.bind(diary);
  const all = client.incomingPhoneNumbers;
  const made = await step("buy a number", () =>
    all.create({
      phoneNumber: "+14155550111", friendlyName: "shop", voiceUrl: VOICE_URL, smsUrl: VOICE_URL,
      smsMethod: "GET", statusCallback: STATUS_URL,
    }),
  );
  const number = all(made.sid);
  await step("fetch a number", () => number.fetch());
  await step("set a number", () => number.update({ voiceUrl: "", smsFallbackUrl: VOICE_URL }));
  await step("buy it again", () => all.create({ phoneNumber: "+14155550111" }));
  await step("buy no number", () => all.create({ phoneNumber: "12" }));
  await step("buy anywhere", () => all.create());
  await step("buy with a bad URL", () =>
    all.create({ phoneNumber: "+14155550112", smsUrl: "nonsense" }),
  );
  const local = await step("buy a local one", () => all.local.create({ phoneNumber: "+14155550113" }));
  const mobile = await step("buy a mobile", () => all.mobile.create({ phoneNumber: "+447700900123" }));
  const free = await step("buy toll-free", () => all.tollFree.create({ phoneNumber: "+18005550114" }));
  const area = await step("buy of an area", () => all.create({ areaCode: "202" }));
  await step("list numbers", () => all.list());
  await step("list numbers by name", () => all.list({ friendlyName: "shop" }));
  await step("list numbers by digits", () => all.list({ phoneNumber: "41555501" }));
  await step("list hosted numbers", () => all.list({ origin: "hosted" }));
  await step("list local numbers", () => all.local.list());
  await step("list mobile numbers", () => all.mobile.list());
  await step("list toll-free numbers", () => all.tollFree.list());
  await diary.pages("numbers", await all.page({ pageSize: 4 }));
  for (const each of [made, local, mobile, free, area]) {
    await step("delete a number", () => all(each.sid).remove());
  }
  await step("fetch a deleted number", () => number.fetch());
  await step("set a deleted number", () => number.update({ friendlyName: "x" }));
  await step("delete a number again", () => number.remove());
}

async function messages(client, diary) {
  const step = diary.step.bind(diary);
  const every = client.messages;
  const made = await step("send a message", () =>
    every.create({ to: PERSON, from: NUMBER, body: "Zoë & 🎈", statusCallback: STATUS_URL }),
  );
  const message = every(made.sid);
  const isDelivered = (one) => one.status === "delivered";
  await diary.until("it is delivered", () => message.fetch(), isDelivered);
  for (const body of ["second", "third"]) {
    const sent = await step("send another", () => every.create({ to: UNREACHED, from: NUMBER, body }));
    await diary.until("it arrives", () => every(sent.sid).fetch(), isDelivered);
  }
  await step("list messages", () => every.list());
  await step("list two messages", () => every.list({ limit: 2, pageSize: 1 }));
  await step("list messages to", () => every.list({ to: UNREACHED, pageSize: 1 }));
  await step("list messages from", () => every.list({ from: PERSON }));
  await step("list messages since", () => every.list({ dateSentAfter: LONG_AGO, pageSize: 2 }));
  await step("list messages before", () => every.list({ dateSentBefore: LONG_AGO }));
  await step("list messages of a day", () => every.list({ dateSent: LONG_AGO }));
  await step("give feedback", () => message.feedback.create({ outcome: "confirmed" }));
  await step("redact a message", () => message.update({ body: "" }));
  await step("rewrite a message", () => message.update({ body: "other words" }));
  await step("no recipient", () => every.create({ to: "", from: NUMBER, body: "x" }));
  await step("a bad recipient", () => every.create({ to: "+1", from: NUMBER, body: "x" }));
  await step("no sender", () => every.create({ to: PERSON, body: "x" }));
  await step("somebody else's number", () =>
    every.create({ to: PERSON, from: "+14155550199", body: "x" }),
  );
  await step("no content", () => every.create({ to: PERSON, from: NUMBER }));
  await step("too long", () => every.create({ to: PERSON, from: NUMBER, body: "x".repeat(1601) }));
  await step("a bad callback", () =>
    every.create({ to: PERSON, from: NUMBER, body: "x", statusCallback: "nonsense" }),
  );
  await scheduledMessage(client, diary, new Date(made.dateCreated.getTime() + DAY));
  await step("delete a message", () => message.remove());
  await step("fetch a deleted message", () => message.fetch());
  await step("delete a message again", () => message.remove());
}

async function scheduledMessage(client, diary, tomorrow) {
  const step = diary.step.bind(diary);
  const later = await step("send a message tomorrow", () =>
    client.messages.create({
      to: PERSON, messagingServiceSid: SERVICE, body: "later", scheduleType: "fixed",
      sendAt: tomorrow,
    }),
  );
  const message = client.messages(later.sid);
  await step("delete a message too soon", () => message.remove());
  await step("cancel a message", () => message.update({ status: "canceled" }));
  await step("cancel a message again", () => message.update({ status: "canceled" }));
  await step("delete a canceled message", () => message.remove());
}

async function media(client, diary) {
  const step = diary.step.bind(diary);
  const made = await step("send pictures", () =>
    client.messages.create({ to: PERSON, from: NUMBER, mediaUrl: [PICTURE, PICTURE] }),
  );
  const message = client.messages(made.sid);
  const found = await step("list media", () => message.media.list());
  await step("list media since", () => message.media.list({ dateCreatedAfter: LONG_AGO }));
  await step("list media before", () => message.media.list({ dateCreatedBefore: LONG_AGO }));
  const medium = message.media(found[0].sid);
  await step("fetch a medium", () => medium.fetch());
  await step("delete a medium", () => medium.remove());
  await step("fetch a deleted medium", () => medium.fetch());
  await step("the other medium", () => message.media.list({ pageSize: 1 }));
  await diary.until("pictures are delivered", () => message.fetch(), (one) => one.status === "delivered");
  await step("delete pictures", () => message.remove());
  await step("media of a deleted message", () => message.media.list());
}

async function calls(client, diary) {
  const step = diary.step.bind(diary);
  const every = client.calls;
  const made = await step("call", () =>
    every.create({
      to: PERSON, from: NUMBER, twiml: ON_HOLD, statusCallback: STATUS_URL,
      statusCallbackEvent: ["initiated", "answered", "completed"],
    }),
  );
  const call = every(made.sid);
  await diary.until("it is answered", () => call.fetch(), (one) => one.status === "in-progress");
  await step("list live calls", () => every.list({ status: "in-progress" }));
  await step("cancel a live call", () => call.update({ status: "canceled" }));
  await step("delete a live call", () => call.remove());
  await step("redirect a call", () => call.update({ url: VOICE_URL, method: "GET" }));
  await step("give a call words", () => call.update({ twiml: ON_HOLD }));
  await step("hang up", () => call.update({ status: "completed" }));
  await diary.until("it is over", () => call.fetch(), (one) => one.status === "completed");
  await step("hang up again", () => call.update({ status: "completed" }));
  const ringing = await step("call in vain", () =>
    every.create({ to: UNREACHED, from: NUMBER, url: VOICE_URL }),
  );
  const vain = every(ringing.sid);
  await diary.until("it rings", () => vain.fetch(), (one) => one.status === "ringing");
  await step("give up", () => vain.update({ status: "canceled" }));
  await step("list calls", () => every.list());
  await step("list calls to", () => every.list({ to: PERSON, pageSize: 1 }));
  await step("list calls from", () => every.list({ from: PERSON }));
  await step("list calls since", () => every.list({ startTimeAfter: LONG_AGO, pageSize: 1 }));
  await step("list calls before", () => every.list({ endTimeBefore: LONG_AGO }));
  await step("call nobody", () => every.create({ to: "nobody", from: NUMBER, twiml: ON_HOLD }));
  await step("call without words", () => every.create({ to: PERSON, from: NUMBER }));
  await step("call from elsewhere", () =>
    every.create({ to: PERSON, from: "+14155550199", twiml: ON_HOLD }),
  );
  await step("delete a call", () => call.remove());
  await step("delete another call", () => vain.remove());
  await step("fetch a deleted call", () => call.fetch());
}

/** Test credentials. */
async function tests(client, diary) {
  const step = diary.step.bind(diary);
  const path = login(client, ...TEST_LOGIN).api.v2010.accounts(TEST_LOGIN[0]);
  await step("send as a test", () => path.messages.create({ to: PERSON, from: NUMBER, body: "x" }));
  await step("send to nobody", () =>
    path.messages.create({ to: "+15005550001", from: NUMBER, body: "x" }),
  );
  await step("call as a test", () =>
    path.calls.create({ to: PERSON, from: NUMBER, twiml: ON_HOLD }),
  );
  await step("buy as a test", () => path.incomingPhoneNumbers.create({ phoneNumber: NUMBER }));
  await step("buy what is sold", () =>
    path.incomingPhoneNumbers.create({ phoneNumber: "+15005550000" }),
  );
  await step("list as a test", () => path.messages.list());
}

async function flows(client, diary) {
  const step = diary.step.bind(diary);
  const studio = client.studio.v2;
  const draft = (friendlyName, definition) => ({ friendlyName, status: "draft", definition });
  await step("validate a flow", () => studio.flowValidate.update(draft("ask", asking("Which?"))));
  await step("validate a broken flow", () => studio.flowValidate.update(draft("x", BROKEN)));
  const made = await step("create a flow", () =>
    studio.flows.create({ ...draft("ask", asking("Which?")), commitMessage: "first" }),
  );
  const flow = studio.flows(made.sid);
  await step("fetch a flow", () => flow.fetch());
  await step("run a draft", () => flow.executions.create({ to: PERSON, from: NUMBER }));
  await step("publish a flow", () => flow.update({ status: "published" }));
  await step("change a flow", () => flow.update(draft("asks", asking("Which one?"))));
  await step("break a flow", () => flow.update({ status: "draft", definition: BROKEN }));
  await step("a status that there is not", () => flow.update({ status: "ready" }));
  await step("a broken new flow", () => studio.flows.create(draft("x", BROKEN)));
  for (const name of ["1", "LatestPublished", "LatestRevision", "9", "newest"]) {
    await step(`revision ${name}`, () => flow.revisions(name).fetch());
  }
  await step("set test users", () => flow.testUsers().update({ testUsers: [PERSON, "client:zoë"] }));
  await step("fetch test users", () => flow.testUsers().fetch());
  const more = [];
  for (const friendlyName of ["second", "third"]) {
    const published = { friendlyName, status: "published", definition: asking("?") };
    more.push(await step("create another flow", () => studio.flows.create(published)));
  }
  await step("list flows", () => studio.flows.list());
  await diary.pages("flows", await studio.flows.page({ pageSize: 2 }));
  for (const each of [made, ...more]) {
    await step("delete a flow", () => studio.flows(each.sid).remove());
  }
  await step("fetch a deleted flow", () => flow.fetch());
  await step("delete a flow again", () => flow.remove());
  await step("test users of a deleted flow", () => flow.testUsers().fetch());
  await step("revisions of a deleted flow", () => flow.revisions.list());
}

async function oldFlows(client, diary) {
  const step = diary.step.bind(diary);
  const studio = client.studio.v1;
  const made = [];
  for (const friendlyName of ["first", "second"]) {
    const published = { friendlyName, status: "published", definition: asking("?") };
    made.push(await step("deploy a flow", () => client.studio.v2.flows.create(published)));
  }
  const flow = studio.flows(made[0].sid);
  await step("fetch a flow of version 1", () => flow.fetch());
  await step("list flows of version 1", () => studio.flows.list({ pageSize: 1 }));
  for (const each of made) {
    await step("delete a flow of version 1", () => studio.flows(each.sid).remove());
  }
  await step("fetch a deleted flow of version 1", () => flow.fetch());
}

async function executions(client, diary) {
  const step = diary.step.bind(diary);
  const definition = asking("{{flow.data.question}}");
  const made = await step("a flow to run", () =>
    client.studio.v2.flows.create({ friendlyName: "ask", status: "published", definition }),
  );
  const flow = client.studio.v2.flows(made.sid);
  const parameters = { question: "Zoë?", tries: [1, 2.5, null] };
  const first = await step("run a flow", () =>
    flow.executions.create({ to: PERSON, from: NUMBER, parameters }),
  );
  const execution = flow.executions(first.sid);
  const steps = await diary.until("it asks", () => execution.steps.list(), (all) => all.length > 0);
  await step("run it again", () => flow.executions.create({ to: PERSON, from: NUMBER }));
  await step("fetch an execution", () => execution.fetch());
  await step("its context", () => execution.executionContext().fetch());
  await step("list steps one by one", () => execution.steps.list({ pageSize: 1 }));
  const one = execution.steps(steps.at(-1).sid);
  await step("fetch a step", () => one.fetch());
  await step("a step's context", () => one.stepContext().fetch());
  await step("no such step", () => execution.steps("FT" + NOBODYS).fetch());
  const second = await step("run it for another", () =>
    flow.executions.create({ to: UNREACHED, from: NUMBER }),
  );
  const its = flow.executions(second.sid).steps;
  await diary.until("it asks as well", () => its.list(), (all) => all.length > 0);
  await step("list executions", () => flow.executions.list({ pageSize: 1 }));
  await step("list active ones", () => flow.executions.list({ status: "active" }));
  await step("list ended ones", () => flow.executions.list({ status: "ended" }));
  await step("list executions since", () => flow.executions.list({ dateCreatedFrom: LONG_AGO }));
  await step("list executions until", () => flow.executions.list({ dateCreatedTo: LONG_AGO }));
  await step("end an execution", () => execution.update({ status: "ended" }));
  await step("revive an execution", () => execution.update({ status: "active" }));
  await step("run without a contact", () => flow.executions.create({ to: "", from: NUMBER }));
  await step("delete an execution", () => execution.remove());
  await step("delete an active execution", () => flow.executions(second.sid).remove());
  await step("fetch a deleted execution", () => execution.fetch());
  await step("steps of a deleted execution", () => execution.steps.list());
  await step("delete an execution again", () => execution.remove());
  await step("delete what was run", () => flow.remove());
}

async function oldExecutions(client, diary) {
  const step = diary.step.bind(diary);
  const published = { friendlyName: "ask", status: "published", definition: asking("?") };
  const made = await step("one more flow to run", () => client.studio.v2.flows.create(published));
  const flow = client.studio.v1.flows(made.sid);
  const contact = { to: PERSON, from: NUMBER };
  for (const [kind, every] of [["execution", flow.executions], ["engagement", flow.engagements]]) {
    const first = await step(`${kind} of version 1`, () =>
      every.create({ ...contact, parameters: { a: 1 } }),
    );
    const one = every(first.sid);
    const context = kind === "execution" ? one.executionContext : one.engagementContext;
    const hasSome = (all) => all.length > 0;
    const steps = await diary.until(`the ${kind}'s steps`, () => one.steps.list(), hasSome);
    await step(`fetch the ${kind}`, () => one.fetch());
    await step(`list ${kind}s`, () => every.list());
    await step(`the ${kind}'s context`, () => context().fetch());
    await step(`the same ${kind}`, () => every.create(contact));
    await step(`fetch a step of the ${kind}`, () => one.steps(steps[0].sid).fetch());
    await step(`context of a step of the ${kind}`, () =>
      one.steps(steps[0].sid).stepContext().fetch(),
    );
    if (kind === "execution") await step("end the execution", () => one.update({ status: "ended" }));
    await step(`delete the ${kind}`, () => one.remove());
    await step(`fetch the deleted ${kind}`, () => one.fetch());
  }
  await step("delete the last flow", () => flow.remove());
}

async function main() {
  const client = require(path.resolve(process.argv[2]));
  const diary = new Diary();
  for (const part of [accounts, keys, numbers, messages, media, calls, tests, flows, oldFlows,
                      executions, oldExecutions]) {
    await part(client, diary);
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
