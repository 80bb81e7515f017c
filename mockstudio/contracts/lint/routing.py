"""Whether endpoints and routes cover a URL that may have Liquid in it."""

from __future__ import annotations

import re

from mockstudio.errors import RouteError, did_you_mean
from mockstudio.flows.routes import Router
from mockstudio.flows.stubs import url_pattern

_ANYTHING = "x"
"""What stands for Liquid in a URL that is looked up."""


class Routing:
    """What a flow's URLs may lead to.

    Args:
        router: knows the endpoints and the routes.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._known = [each["from"] for each in router.described]

    def covers(self, url: str) -> bool:
        """Tell whether something may cover a URL; a host that is not known yet passes."""
        pattern = url_pattern(url)
        if pattern.host is None or "$" in pattern.host or "*" in pattern.host:
            return True
        bare = f"{pattern.scheme}://{pattern.host}{pattern.path}"
        return self._leads(bare.replace("*", _ANYTHING)) or self._may_be_known(bare)

    def did_you_mean(self, url: str) -> str:
        """Return `; did you mean 'x'?` with the nearest URL that is covered, or nothing."""
        return did_you_mean(url.partition("?")[0], self._known)

    def _leads(self, url: str) -> bool:
        try:
            self._router.resolve(url)
        except RouteError:
            return False
        return True

    def _may_be_known(self, pattern: str) -> bool:
        """Tell whether a URL with Liquid can become one that an endpoint names."""
        expression = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)
        path_only = re.compile(re.sub(r"^https?:\\?/\\?/[^/]*", "", expression.pattern))
        return any(expression.fullmatch(k) or path_only.fullmatch(k) for k in self._known)
