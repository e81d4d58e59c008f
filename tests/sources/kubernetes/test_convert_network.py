"""Services, endpoint slices and ingresses: from the API's objects to those that the panes and rules know."""

from typing import Any

import pytest
from support.api_objects import convert, recorded

from cockpit.sources.kubernetes.objects import Endpoint, EndpointSlice, Ingress, IngressRule, Service, ServicePort


def test_a_recorded_service() -> None:
    api = recorded(Service, "services")["api"]
    assert (api.type, api.cluster_ip, api.selector) == ("ClusterIP", "10.96.182.64", {"app": "api"})
    assert api.ports == (ServicePort(80, "http", "http"),)


def test_a_service_with_a_load_balancer_and_a_port_by_number() -> None:
    ports = [{"port": 443, "targetPort": 8443, "nodePort": 31000, "protocol": "TCP"}]
    status = {"loadBalancer": {"ingress": [{"hostname": "lb.example.test"}, {"ip": "10.0.0.9"}]}}
    web = convert(Service, "services", {"spec": {"type": "LoadBalancer", "ports": ports}, "status": status})
    assert web.addresses == ("lb.example.test", "10.0.0.9")
    assert web.ports == (ServicePort(443, target="8443", node_port=31000),)


def test_a_service_that_stands_for_another_name() -> None:
    db = convert(Service, "services", {"spec": {"type": "ExternalName", "externalName": "db.example.test"}})
    assert (db.addresses, db.selector, db.ports) == (("db.example.test",), {}, ())


def test_recorded_endpoint_slices_lead_to_pods() -> None:
    slices = recorded(EndpointSlice, "endpointslices")
    api = slices["api-zgrjx"]
    assert api.service == "api"
    assert api.endpoints[0] == Endpoint(("10.88.0.26",), pod="api-86b5479747-g49rt", node="node1")


@pytest.mark.parametrize(
    ("conditions", "ready", "serving", "terminating"),
    [
        (None, True, True, False),
        ({}, True, True, False),
        ({"ready": None, "serving": None, "terminating": None}, True, True, False),
        ({"ready": False}, False, False, False),
        ({"ready": False, "serving": True, "terminating": True}, False, True, True),
    ],
)
def test_what_an_endpoint_does_not_say_is_not_no(
    conditions: Any, ready: bool, serving: bool, terminating: bool
) -> None:
    given = {"endpoints": [{"addresses": ["10.0.0.1"], "conditions": conditions}]}
    (endpoint,) = convert(EndpointSlice, "endpointslices", given).endpoints
    assert (endpoint.ready, endpoint.serving, endpoint.terminating) == (ready, serving, terminating)


def test_a_slice_without_endpoints_and_an_endpoint_that_is_no_pod() -> None:
    assert convert(EndpointSlice, "endpointslices", {"endpoints": None}).endpoints == ()
    given = {"endpoints": [{"addresses": ["10.0.0.1"], "targetRef": {"kind": "VM", "name": "old"}}]}
    assert convert(EndpointSlice, "endpointslices", given).endpoints[0].pod == ""


def test_a_recorded_ingress() -> None:
    shop = recorded(Ingress, "ingresses")["shop"]
    assert shop.rules == (IngressRule("shop.example.test", "/", "api", "http"),)
    assert (shop.tls_secrets, shop.addresses) == ((), ())


def test_the_default_backend_stands_last_and_what_is_no_service_is_left_out() -> None:
    def to(name: str, number: int) -> Any:
        return {"service": {"name": name, "port": {"number": number}}}

    paths = [{"path": "/api", "backend": to("api", 80)}, {"backend": {"resource": {"kind": "Bucket", "name": "b"}}}]
    spec = {
        "defaultBackend": to("web", 8080),
        "rules": [{"host": "a.test", "http": {"paths": paths}}, {"host": "empty.test"}, {"http": {"paths": None}}],
        "tls": [{"secretName": "a-tls"}, {"hosts": ["b.test"]}],
        "ingressClassName": "nginx",
    }
    ingress = convert(Ingress, "ingresses", {"spec": spec})
    assert ingress.rules == (IngressRule("a.test", "/api", "api", "80"), IngressRule("", "", "web", "8080"))
    assert (ingress.class_name, ingress.tls_secrets) == ("nginx", ("a-tls",))


def test_the_class_of_an_old_ingress_stands_in_an_annotation() -> None:
    old = convert(Ingress, "ingresses", {"metadata": {"annotations": {"kubernetes.io/ingress.class": "alb"}}})
    assert old.class_name == "alb"
