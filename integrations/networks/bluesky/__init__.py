"""What the connector of Bluesky is made of: the session, and how posts are read and written."""
