"""What a person does: the calls that the page and the tests share."""
