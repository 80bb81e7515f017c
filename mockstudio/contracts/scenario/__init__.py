"""Scenarios: given endpoints that behave so, when that happens, then this is to be expected."""
