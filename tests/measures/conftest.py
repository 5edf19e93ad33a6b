"""Generated tests are the same on every run and every machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "measures",
    derandomize=True,
    deadline=None,  # the machine is shared, and a slow example is no fault
    database=None,
    # One cast serves all examples of a test; each makes a measure of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("measures")
