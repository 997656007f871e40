"""Two networks of one shape mixed into one."""
