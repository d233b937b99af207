"""Messages by e-mail: what they say, how they leave, what comes back. It knows neither the web nor the database."""
