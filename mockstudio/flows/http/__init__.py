"""The HTTP call that make-http-request and run-function make (reference 3).

`request` turns a rendered widget into what goes out, `call` sends it with Studio's limits.
"""
