"""What the kernel of Coq, a proof assistant, is asked to check.

``library`` finds the theorems of formal/ and compiles them, ``statements`` says which statements these are, ``instance``
and ``instance_file`` write Theorem 1 for given numbers, ``coqc`` runs the compiler. ``inequalities`` and ``tactics``
export the real inequalities behind the claims of record.
"""
