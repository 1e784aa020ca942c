"""The documentation is true: links, commands, paths, variables and examples are checked against the code.

`python -m tests.docs` (or `make docs`) writes the generated pages anew.
"""
