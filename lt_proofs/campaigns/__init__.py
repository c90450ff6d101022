"""Evidence that survives anything: campaigns of random trials, their ledger, their intervals and certificates."""
