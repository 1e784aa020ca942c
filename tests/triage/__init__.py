"""Measuring triage: each part's figure beside its goal, on data that is given and never part of the tree (`make bench-triage`)."""
