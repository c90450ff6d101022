"""How many samples and how wide a network: every bound that the project computes."""
