"""What is set in the console: values of settings, sealed where they are secret, and what is switched on and off."""
