"""What changes with another model: both looked at on a sample of the user's own data, before all is embedded again."""
