"""The card as a page: HTML and plain text."""
