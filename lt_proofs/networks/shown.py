"""What the report shows of packings and masks: named certificates, written again byte for byte each time."""

from __future__ import annotations

from lt_proofs.networks.exhaustive import all_masks, masks_certificate, random_two_layer
from lt_proofs.networks.packings import explicit_packing, packing_certificate

PACKINGS = {"matrices-1": (1, "0.1"), "matrices-2": (2, "0.24"), "matrices-3": (3, "0.49")}
NETWORKS = {"masks-1": (1, 6, 1, "0.12", 4), "masks-2": (2, 3, 1, "0.24", 2)}


def certificates() -> dict[str, str]:
    """The texts of the certificates by name: explicit packings, and every mask of two small random networks."""
    texts = {name: packing_certificate(explicit_packing(size, eps)) for name, (size, eps) in PACKINGS.items()}
    for name, (size, hidden, seed, eps, cells) in NETWORKS.items():
        texts[name] = masks_certificate(all_masks(*random_two_layer(size, hidden, seed), eps, cells))
    return texts
