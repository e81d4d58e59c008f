"""A practice AWS on loopback: a database, a load balancer and alarms that follow the practice world."""
