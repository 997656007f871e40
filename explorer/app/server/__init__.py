"""The web server: the app and our own HTTP routes on one port."""
