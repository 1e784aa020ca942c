"""Google Business Profile: its reviews, read; the rounds in which its locations are asked; and the connector."""
