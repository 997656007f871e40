"""What all pages share: the frame, the address, caches, jobs, the gallery, the map, the look."""
