"""Columns of tables and the terms of a glossary that they mean."""
