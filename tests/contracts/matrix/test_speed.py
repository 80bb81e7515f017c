"""The time a matrix takes: the processor's, so that it counts nothing that others do."""

import time

from mockstudio.contracts.matrix.matrix import make_matrix
from mockstudio.endpoints.outcomes import OUTCOME_NAMES

MOST_SECONDS = 5.0
BLOCKS = 8


def block(number, http, say, split, state):
    """Return five widgets that lead to the block that follows, with an HTTP widget in them."""
    last = number == BLOCKS - 1
    following = "bye" if last else f"ask{number + 1}"
    reply = {"incomingMessage": f"split{number}", "timeout": None, "deliveryFailure": None}
    to, from_ = "{{contact.channel.address}}", "{{flow.channel.address}}"
    kind = "send-and-wait-for-reply"
    ask = state(f"ask{number}", kind, reply, body="Go?", timeout="60", to=to, **{"from": from_})
    source = f"{{{{widgets.ask{number}.inbound.Body}}}}"
    choose = split(f"split{number}", source, ("equal_to", "go", f"call{number}"))
    item = {"key": f"n{number}", "value": f"{{{{widgets.call{number}.parsed.ok}}}}"}
    keep = state(f"keep{number}", "set-variables", {"next": following}, variables=[item])
    return (
        ask,
        choose,
        http(f"call{number}", f"keep{number}", f"sorry{number}"),
        keep,
        say(f"sorry{number}"),
    )


def test_forty_widgets_with_eight_calls_take_seconds(stage, http, say, split, state):
    states = [each for n in range(BLOCKS) for each in block(n, http, say, split, state)]
    flow = stage.play(*states, say("bye"), routed=("incomingMessage",))
    stage.sandbox.stub(flow)
    began = time.process_time()
    matrix = make_matrix(stage.sandbox, flow)
    assert time.process_time() - began < MOST_SECONDS
    assert len(OUTCOME_NAMES) >= 18
    assert len(flow.states) == 5 * BLOCKS + 2
    assert len(matrix.cells) == BLOCKS * len(OUTCOME_NAMES)
