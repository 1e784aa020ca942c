"""The subcommands of app.py, one per file."""
