"""What Studio would make of a live endpoint, and why."""
