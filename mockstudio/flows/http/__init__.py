"""The HTTP call that make-http-request and run-function make (reference 3).

`request` turns a rendered widget into what goes out, `call` sends it under one deadline and one
byte cap and follows redirects, `exchange` is what happened as plain data. `transport` and
`in_process` are the two ways out: real sockets, and the Flask app called in this process.
"""
