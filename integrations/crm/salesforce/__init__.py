"""What the connector of Salesforce is made of: the session with its tokens and errors, and how its records are read and written."""
