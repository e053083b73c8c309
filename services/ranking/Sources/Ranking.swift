// Stone of the floor; replaced by its first type.
