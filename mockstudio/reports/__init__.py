"""Listeners of run events: a file each."""
