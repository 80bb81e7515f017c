"""A document from the request to what is told of it, in virtual time."""

from __future__ import annotations

import pytest
from conftest_types import Reply
