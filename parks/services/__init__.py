"""What changes in a park's year: one module per noun, one function per verb."""
