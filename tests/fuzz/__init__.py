"""The parsers under whatever networks may send. `make fuzz`: FUZZ cases for each connector, SEED to have others."""
