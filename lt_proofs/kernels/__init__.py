"""The inner loops: plain scalar functions on integers, written once and compiled for the CPU and for CUDA.

A kernel that supports a claim takes integers and returns integers and works in memory that its caller provides, so that
plain Python, machine code and a GPU give the same answer bit for bit. Those that compute with floats (``flows``,
``recursion``, parts of ``masks``) only guide a search, or leave cases that floats cannot decide open. ``cpu`` compiles
the kernels, and the room ``cuda`` does for GPUs; the other modules are the algorithms.
"""
