"""The paper, one file per result in its order, as claims built from terms."""
