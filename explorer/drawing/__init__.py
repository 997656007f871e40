"""What draws in a browser, wherever that is: the JavaScript and styles, and the values that they take.

The app, a page to send and a notebook draw with the same files. Nothing here knows Streamlit.
"""
