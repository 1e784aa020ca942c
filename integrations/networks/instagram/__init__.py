"""Instagram: the connector, the two ways in which Meta lets an app in, and how comments are read."""
