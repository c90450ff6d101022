"""Targets, random networks, tickets, and the exact error between them."""
