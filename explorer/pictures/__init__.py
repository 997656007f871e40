"""What can be read off the pixels of a picture without any model."""
