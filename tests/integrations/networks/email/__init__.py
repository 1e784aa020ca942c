"""Reading mails and writing them."""
