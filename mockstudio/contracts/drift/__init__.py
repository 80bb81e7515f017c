"""Whether live endpoints still answer as the script says."""
