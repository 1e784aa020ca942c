"""The digest, counted a second time: from the rows of the store alone, by the words of docs/measures.md.

Nothing of Baton's own counting is used here: the store is read by its plain driver, trails are read as JSON.
"""
