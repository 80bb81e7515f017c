"""What the world outside decides, as a script says it."""

from __future__ import annotations

import threading

import pytest

from mockstudio.errors import UnknownNameError
from mockstudio.store.results import KNOWN, Result, ScriptedResults


@pytest.mark.parametrize("what", KNOWN)
def test_the_usual_happens_where_the_script_is_silent(what):
    results = ScriptedResults()
    assert [results.next(what), results.next(what)] == [Result(KNOWN[what][0])] * 2


def test_results_happen_in_order_and_the_last_stays():
    results = ScriptedResults({"Dial": ["busy", Result("failed", after=3)]})
    names = [results.next("Dial").name for _ in range(4)]
    assert names == ["busy", "failed", "failed", "failed"]
    assert results.next("Dial").after == 3
    assert results.next("Pay").name == "success"


def test_a_script_can_be_taken_back():
    results = ScriptedResults({"Dial": ["busy"]})
    results.script("Dial")
    assert results.next("Dial").name == "completed"


@pytest.mark.parametrize(
    ("what", "result", "told"),
    [("Dail", "busy", "did you mean 'Dial'?"), ("Dial", "bussy", "did you mean 'busy'?")],
)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(what, result, told):
    with pytest.raises(UnknownNameError) as caught:
        ScriptedResults({what: [result]})
    assert told in str(caught.value)


def test_a_refused_script_changes_nothing():
    results = ScriptedResults({"Dial": ["busy"]})
    with pytest.raises(UnknownNameError):
        results.script("Dial", "failed", "bussy")
    assert results.next("Dial").name == "busy"


def test_each_result_happens_once_whoever_asks():
    made = [Result("busy", after=number) for number in range(400)]
    results, found = ScriptedResults({"Dial": [*made, "failed"]}), []
    threads = [
        threading.Thread(target=lambda: found.extend(results.next("Dial") for _ in range(50)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.after for result in found) == list(range(400))
