"""What a due timer starts, one kind per file."""
