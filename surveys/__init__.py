"""What a survey is: questions, answers, exchange formats. No Flask, no database."""
