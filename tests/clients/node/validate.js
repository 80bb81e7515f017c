// Checks signed requests with Twilio's library: a JSON line each in, the verdict and the signature
// that the library itself would make out.
"use strict";

const readline = require("node:readline");
const twilio = require("twilio");

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { token, signature, url, form, body } = JSON.parse(line);
  const isValid =
    body === null
      ? twilio.validateRequest(token, signature, url, form)
      : twilio.validateRequestWithBody(token, signature, url, body);
  const own = twilio.getExpectedTwilioSignature(token, url, body === null ? form : {});
  console.log(JSON.stringify([isValid, own]));
});
