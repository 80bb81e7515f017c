"""A flow as a picture, as Studio's canvas shows it."""
