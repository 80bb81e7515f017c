"""Studio's side: exported flows, run widget by widget."""
