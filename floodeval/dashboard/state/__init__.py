"""What is selected: in the session, in the URL, chosen in the sidebar."""
