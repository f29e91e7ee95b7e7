"""Makes what a slot needs: engine tree, base images, package index, golden data root. Root, standard library only."""
