"""The questions people ask of a sandbox: what a flow does, and whether it does what it should."""
