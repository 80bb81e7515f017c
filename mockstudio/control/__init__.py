"""The control API under `/_mockstudio/`: looks into a running sandbox and changes it."""
