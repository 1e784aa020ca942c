"""A past that is made up: a company's customers, what they wrote, and what became of it."""
