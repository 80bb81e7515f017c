"""Mistakes in a flow that can be seen without running it."""
