"""RSS and Atom: the connector, and how feeds and their dates are read."""
