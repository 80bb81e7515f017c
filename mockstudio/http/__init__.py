"""HTTP as Twilio speaks it: to the HTTP widgets' URLs, and for TwiML documents.

`outgoing` is a request and what a redirect makes of it, `client` sends it under one deadline and
one byte cap, `exchange` is what happened as plain data, `cookies` what is kept between calls.
`transport` and `in_process` are the two ways out: real sockets, and the Flask app called in this
process.
"""
