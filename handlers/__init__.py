"""What happens: on a command, after an event, when a timer is due, when the clock says so."""
