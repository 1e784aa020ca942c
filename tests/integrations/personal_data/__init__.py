"""Finding and masking what tells of a person."""
