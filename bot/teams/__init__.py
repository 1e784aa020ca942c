"""Teams: how people there see Baton's cards and act on them. Nothing here knows any single command."""
