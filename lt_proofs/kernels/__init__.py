"""Plain scalar algorithms on integers, written once; compiled elsewhere for the CPU and for CUDA."""
