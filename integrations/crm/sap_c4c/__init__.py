"""SAP Cloud for Customer: the connector, and how its rows are read."""
