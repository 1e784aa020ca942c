"""WhatsApp: the connector, how its messages and templates are read, and what its refusals mean."""
