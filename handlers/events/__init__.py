"""What follows from a domain event, one consequence per file."""
