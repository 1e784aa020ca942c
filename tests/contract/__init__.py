"""What every implementation of a port must do, run over all of them."""
