"""What is particular to each tracker."""
