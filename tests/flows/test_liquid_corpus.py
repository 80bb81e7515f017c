"""Every template of real exported flows compiles and renders.

The flows are read from the folder that the environment variable MOCKSTUDIO_CORPUS names.
"""

import json
import os
from pathlib import Path

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.flows.liquid import StudioLiquid

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS")
ROOTS = {"flow": {}, "trigger": {}, "widgets": {}, "contact": {}}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


@pytest.mark.skipif(not CORPUS, reason="MOCKSTUDIO_CORPUS names no folder of exported flows")
def test_no_template_of_a_real_flow_is_a_fault():
    liquid = StudioLiquid(VirtualClock().now)
    flows = sorted(Path(CORPUS or "").glob("**/*.json"))
    templates = {
        text
        for path in flows
        for state in json.loads(path.read_text("utf-8")).get("states", [])
        for text in strings([state.get("properties"), state.get("transitions")])
    }
    assert any("{{" in text for text in templates)
    rendered = {text: liquid.compile(text).render(ROOTS) for text in templates}
    assert {text: str(done.error) for text, done in rendered.items() if done.error} == {}
