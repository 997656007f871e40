"""Which version of a model may ask which gallery, and versions that are trained for it."""
