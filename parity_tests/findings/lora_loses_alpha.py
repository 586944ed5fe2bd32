"""Dense and Embedding forget the `lora_alpha` that they were given.

When they are built, they enable their low-rank adaptation with the rank alone, and alpha becomes
the rank. EinsumDense and the convolutions hand it on. Printed: alpha before and after `build`, of a
Dense, an Embedding and an EinsumDense with a rank of 2 and an alpha of 8.

Documentation: `keras.layers.Dense`: "lora_alpha: ... The delta is scaled by
`lora_alpha / lora_rank`, allowing you to fine-tune the strength of the LoRA adjustment".

Gives:
    tensorflow 8.0 2 / 8.0 2 / 8.0 8.0
    jax 8.0 2 / 8.0 2 / 8.0 8.0
    torch 8.0 2 / 8.0 2 / 8.0 8.0

Kind: defect
Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.14.0
"""

import keras

given = {"lora_rank": 2, "lora_alpha": 8.0}
found = []
for layer in (
    keras.layers.Dense(3, **given),
    keras.layers.Embedding(5, 3, **given),
    keras.layers.EinsumDense("ab,bc->ac", 3, **given),
):
    before = layer.lora_alpha
    layer.build((None, 4))
    found.append(f"{before} {layer.lora_alpha}")
print(" / ".join(found))
