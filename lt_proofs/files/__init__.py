"""Reads strangers' files under limits, and writes files whole or not at all."""
