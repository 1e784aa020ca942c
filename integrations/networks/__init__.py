"""The networks Baton listens to, one per file."""
