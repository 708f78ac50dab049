"""Tells Faust which consumer and producer to use; `app.engine.application` returns it from its factory method."""

from faust.transport.drivers import aiokafka as driver

from app.engine.consumer import Consumer
from app.engine.producer import Producer


class Transport(driver.Transport):
    """Faust's aiokafka transport with the batch consumer and the idempotent producer."""

    Consumer = Consumer
    Producer = Producer
