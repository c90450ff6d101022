"""Tickets of networks of images: convolutions, poolings and sums, followed by index maps, never by matrices."""
