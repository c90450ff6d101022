"""The rules by which theorems follow: each asks for inequalities, and trusts nothing else."""
