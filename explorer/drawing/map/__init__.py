"""The embedding map: up to 1,000,000 points with WebGL2. What it is given, what it tells, and its script."""
