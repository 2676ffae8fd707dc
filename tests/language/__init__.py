"""Every sentence a reader meets can be said in their language, and is."""
