"""What the clock starts, each with its schedule."""
