"""The author's side: scripted Functions, TwiML and HTTP endpoints, without any input or output."""
