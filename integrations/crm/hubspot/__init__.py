"""What the connector of HubSpot is made of: the session with its errors, and how its records are read and written."""
