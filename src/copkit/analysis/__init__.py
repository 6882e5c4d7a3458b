"""Questions that need more than one noun, answered without touching a disk."""
