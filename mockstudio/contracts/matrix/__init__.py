"""The matrix: every HTTP widget that a flow can reach, times every outcome of its endpoint."""
