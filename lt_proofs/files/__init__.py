"""Read files from untrusted sources under explicit limits, and write files either completely or not at all.

Sizes, shapes, depths and types are checked before memory is allocated for them, nothing is unpickled, and every defect
raises Malformed with its reason.
"""

from lt_proofs.files.arrays import read_arrays, read_samples
from lt_proofs.files.atomic import check_folder, new_folder, write_file
from lt_proofs.files.raw import read_bytes
from lt_proofs.files.strict_json import parse_json, read_json

__all__ = [
    "check_folder",
    "new_folder",
    "parse_json",
    "read_arrays",
    "read_bytes",
    "read_json",
    "read_samples",
    "write_file",
]
