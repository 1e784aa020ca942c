"""Slack: rendering, forms, deliveries through the front door, and a real playground at the other end."""
