"""What changes at the desk: one module per noun, one function per verb."""
