"""Terms and what is known of them: intervals, algebra, derivatives, and trees of evidence for an inequality."""
