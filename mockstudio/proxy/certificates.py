"""Certificates with which the proxy stands in for hosts, signed by a throw-away authority.

The authority's key never leaves this process.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

import certifi
import trustme

AUTHORITY_FILE = "authority.pem"
BUNDLE_FILE = "bundle.pem"


class Authority:
    """An authority of its own for each run.

    Args:
        folder: a private one; it gets the authority's certificate, and a bundle with those that
            are trusted anyway.

    Attributes:
        file: the authority's certificate.
        bundle: it, and the usual ones.
    """

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA(organization_name="mockstudio, for this run only")
        self.file = folder / AUTHORITY_FILE
        self.bundle = folder / BUNDLE_FILE
        certificate = self._authority.cert_pem.bytes()
        self.file.write_bytes(certificate)
        self.bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + certificate)
        self.context = lru_cache(maxsize=1000)(self._context)

    def _context(self, host: str) -> ssl.SSLContext:
        """Return what a server needs to be taken for a host."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host).configure_cert(context)
        return context
