"""YouTube's comments, read: as posts, as refusals in words, and what a poll finds new among them."""
