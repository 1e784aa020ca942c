"""How posts on Bluesky are written."""
