"""What makes an index of this collection find less: intrinsic dimension, and the order of insertion."""
