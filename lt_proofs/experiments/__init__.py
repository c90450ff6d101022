"""The experiments of the paper, done the way its theorem describes, beside the way they were published."""
