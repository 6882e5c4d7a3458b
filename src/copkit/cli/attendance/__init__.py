"""``copkit attendance``: the matrix, registers, and recording who came."""
