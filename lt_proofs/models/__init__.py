"""Trained networks of any format, read into one form: a graph of affine maps and ReLUs.

``read_model`` reads a file, ``model_of`` takes a module of PyTorch, an estimator of scikit-learn or named arrays, and
``chain_of`` turns a model into dense layers with ReLU between them, or says why that cannot be done.
"""
