"""The App Store: the connector, and how Apple writes reviews."""
