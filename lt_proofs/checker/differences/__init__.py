"""Bounds of the difference of two networks, on boxes and near given inputs."""
