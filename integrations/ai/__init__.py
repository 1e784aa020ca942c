"""Reading and writing by machine: triage that runs here, and a language model where one is configured."""
