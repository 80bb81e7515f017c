"""Voice TwiML: a file for each verb or close family (rest-api.md 8.3)."""
