"""A CRM or directory of any kind that speaks REST and JSON: requests and readings are written in baton.toml."""
