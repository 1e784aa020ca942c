"""Where outcomes are recorded, one customer record system per file."""
