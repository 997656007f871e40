"""The MAP-Elites page, panel by panel."""
