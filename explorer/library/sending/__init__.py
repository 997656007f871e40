"""A file to send: a collection as one web page that works without the app and without a network; figures for papers."""
