"""Every sentence that a person reads in the dashboard and the reports, in one catalogue a language."""
