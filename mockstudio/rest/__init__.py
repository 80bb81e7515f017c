"""Twilio's REST API over a sandbox: one file per resource, and what they share.

`api` answers a request: `authentication` says who asks, `routing` which operation is meant,
`parameters` what was given; the resource does it; `paging` and `representation` give its answer
Twilio's form, and `errors` a refusal.
"""
