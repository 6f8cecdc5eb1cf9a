// Compiles the precompiled header; nothing of its own.
