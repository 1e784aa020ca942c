"""Reddit: the connector, and what Reddit calls things."""
