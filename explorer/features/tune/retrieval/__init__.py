"""Retrieval without losing text (MCIP): how pictures find pictures and words find pictures, before and after tuning."""
