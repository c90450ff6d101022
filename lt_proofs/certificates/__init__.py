"""Certificate files: how they are written, and how the checker is run on them."""
