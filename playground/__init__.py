"""A pretend Slack workspace on loopback, for trying an app by hand and testing it with the official clients."""
