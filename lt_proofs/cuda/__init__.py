"""NVIDIA GPUs (extra [cuda]): ``device`` compiles and launches kernels, the other modules divide work among threads.

The arithmetic is that of the room ``kernels``, the same functions as on the CPU. numba-cuda is imported only where a
GPU is asked for.
"""
