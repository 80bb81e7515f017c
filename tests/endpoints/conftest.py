from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

Work = Callable[[], object]


@pytest.fixture
def together() -> Callable[..., None]:
    """Do several things on a thread each, at the same time; fail when one of them does."""

    def run_all(*works: Work) -> None:
        failures: list[BaseException] = []

        def guarded(work: Work) -> None:
            try:
                work()
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []

    return run_all
