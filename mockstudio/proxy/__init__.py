"""A local proxy through which a program that knows nothing of mockstudio reaches a sandbox.

`hosts` decides what becomes of each host, `certificates` lets the proxy stand in for it, `relay`
follows routes to live addresses, `tunnel` moves bytes, `server` listens, and `environment` tells
the program of it all.
"""
