"""What teaches: each file makes a lesson of one kind of source."""
