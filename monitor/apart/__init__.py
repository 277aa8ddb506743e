"""Pages read in processes of their own: what one does to its process costs that page alone."""
