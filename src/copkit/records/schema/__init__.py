"""Record types described once: from field descriptions to reader, writer and JSON Schema."""
