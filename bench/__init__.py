"""Speed, measured beside floors in the same run: `make bench`."""
