"""What outlives a request: executions and messages, behind small interfaces. Memory for now."""
