"""What the connector of Tryton is made of: the session on its server, and how its records are read and written."""
