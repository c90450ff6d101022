"""The inner loops: plain scalar functions on integers, written once and compiled for the CPU and for CUDA.

A kernel takes its working memory as arguments, allocates nothing and returns integers, so that plain Python, machine
code and a GPU give the same answer bit for bit. ``cpu`` and ``cuda`` compile them; the other modules are the
algorithms.
"""
