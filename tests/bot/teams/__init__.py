"""Teams, seen from the Bot Framework service: signed activities in, calls of the connector out."""
