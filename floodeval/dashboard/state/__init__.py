"""What a person looks at: in the session, in the URL, chosen in the sidebar."""
