"""What is wrong with an embedding or a collection: its geometry, doubtful labels, copies across splits."""
