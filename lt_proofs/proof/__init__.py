"""Searches for proofs, writes certificates, and has them checked by a process of its own."""
