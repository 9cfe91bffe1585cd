"""Who somebody is: passwords, second factors, throttling, sessions, users."""
