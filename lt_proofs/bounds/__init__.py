"""Sample sizes, widths and gaps for a law, a tolerance and a network: computed here, asked by everyone."""
