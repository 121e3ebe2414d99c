"""The pages of the dashboard, one package each: state, query, draw."""
