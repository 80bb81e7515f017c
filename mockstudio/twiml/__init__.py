"""Twilio's carrier: fetches TwiML, plays it to the person, and comes back to the flow."""
