"""What the kernel of Coq, a proof assistant, is asked to check.

``library`` finds the theorems of formal/ and compiles them, ``statements`` says which statements these are,
``instances`` and ``instance_file`` find and write a theorem for given numbers, which ``kernel`` has checked, and
``coqc`` runs the compiler. ``inequalities`` and ``tactics`` export the real inequalities behind the claims of record.
"""
