"""Tuning: a model is made better at somebody's own notion of alike."""
