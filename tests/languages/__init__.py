"""The catalogues of the languages that Baton speaks, and tests of them."""
