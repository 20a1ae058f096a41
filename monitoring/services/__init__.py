"""What changes in the watch: one module per noun, one function per verb."""
