"""Facebook: the connector, and how what happens on a Page is read."""
