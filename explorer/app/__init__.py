"""The web app: with app.py and pages/ the only place that imports streamlit."""
