"""Adapters in MiniLM: small matrices trained inside of its last layers."""
