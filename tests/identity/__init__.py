"""Whether customers who are one are found to be one: made-up people, and how well they are told apart."""
