"""Baton between real servers of networks and a workspace: what customers write reaches the channel, and the answer reaches them."""
