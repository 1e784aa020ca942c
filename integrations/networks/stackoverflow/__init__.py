"""Stack Overflow: the connector, and the interface of Stack Exchange."""
