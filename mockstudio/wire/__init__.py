"""The sandbox's own server: HTTP/1.1 on asyncio and httptools, with uvloop where it is installed.

Scripted endpoints are answered straight from the event loop: a delay is a timer, a fault is done
to the transport. Everything else goes to a WSGI application on worker threads.

bytes -> reader (requests, limits) -> protocol (order, time-outs, flow control) -> dispatcher
    -> player   plays an Answer of the scripted endpoints
    -> bridge   runs the WSGI application and streams what it returns
"""
