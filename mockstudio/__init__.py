"""Twilio Studio's world on a laptop: scripted endpoints, real exported flows, virtual time."""

__version__ = "0.1.0"
