"""Parts of the microscope."""
