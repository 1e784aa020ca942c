"""Google Play: its reviews, read; and the connector that polls and answers them."""
