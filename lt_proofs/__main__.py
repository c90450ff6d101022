"""``python -m lt_proofs`` is the command ``lt-proofs``."""

from lt_proofs.cli import main

if __name__ == "__main__":
    main()
