"""Reading what people bring in processes of their own, with limits on memory and time."""
