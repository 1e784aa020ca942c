"""LinkedIn: what its API says of comments and posts, and the connector."""
