"""Maps: PCA and UMAP, placing new points, how faithful a map is, its clusters and their names."""
