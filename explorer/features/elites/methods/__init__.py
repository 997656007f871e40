"""The emitters, one file each."""
