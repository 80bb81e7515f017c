'use strict';

// Endpoints as they are written with Express; those that are locked let Twilio's library check
// signatures, with the token of the environment.

const express = require('express');
const twilio = require('twilio');

const app = express();
app.use(express.urlencoded({ extended: false }));
app.use(express.json({ verify: (request, response, body) => { request.rawBody = body; } }));

app.post('/lookup', (request, response) => {
  response.json({ order: request.body.order, total: 12.5 });
});
app.get('/lookup', (request, response) => {
  response.json({ order: request.query.order, total: 12.5 });
});
app.post('/words', (request, response) => response.send('hello'));
app.post('/mislabelled', (request, response) => response.send(JSON.stringify({ total: 12.5 })));
app.post('/array', (request, response) => response.json([1, 2]));
app.post('/gone', (request, response) => response.status(410).json({ error: 'no such order' }));
app.post('/crash', () => { throw new Error('out of order'); });
app.post('/late', (request, response) => setTimeout(() => response.json({}), 3000));
app.post('/large', (request, response) => response.json({ text: 'x'.repeat(65536) }));
app.post('/moved', (request, response) => response.redirect('/lookup'));
app.post('/kept', (request, response) => response.redirect(307, '/lookup'));

app.all('/voice', (request, response) => {
  const twiml = new twilio.twiml.VoiceResponse();
  twiml.say('Hello');
  response.type('text/xml').send(twiml.toString());
});
app.post('/untyped-voice', (request, response) => {
  response.send('<Response><Say>Hello</Say></Response>');
});
app.post('/reply', (request, response) => {
  const twiml = new twilio.twiml.MessagingResponse();
  twiml.message(`You wrote ${request.body.Body}`);
  response.type('text/xml').send(twiml.toString());
});

app.post('/locked', twilio.webhook(), (request, response) => response.json({ ok: true }));
app.post('/locked-voice', twilio.webhook(), (request, response) => {
  response.type('text/xml').send('<Response><Hangup/></Response>');
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
