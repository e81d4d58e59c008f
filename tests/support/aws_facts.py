"""What AWS tells of databases, balancers, target groups and their targets, as its APIs write it."""

from typing import Any

REGION = "us-west-2"
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:123456789012"


def instance(name: str = "shop", **more: Any) -> dict[str, Any]:
    """Describe an RDS instance."""
    return {
        "DBInstanceIdentifier": name,
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceClass": "db.r6g.large",
        "DBInstanceStatus": "available",
        "AllocatedStorage": 100,
        "StorageType": "gp3",
        "AvailabilityZone": f"{REGION}a",
        "MultiAZ": True,
        "Endpoint": {"Address": f"{name}.abc.{REGION}.rds.amazonaws.com", "Port": 5432},
        "DbiResourceId": f"db-{name.upper()}",
        **more,
    }


def balancer_arn(name: str, kind: str = "app") -> str:
    """Name a balancer."""
    return f"{_ELB}:loadbalancer/{kind}/{name}/50dc6c495c0c9188"


def balancer(name: str = "shop", kind: str = "application", **more: Any) -> dict[str, Any]:
    """Describe a balancer of ELB version 2."""
    return {
        "LoadBalancerArn": balancer_arn(name, {"application": "app", "network": "net"}[kind]),
        "LoadBalancerName": name,
        "Type": kind,
        "Scheme": "internet-facing",
        "DNSName": f"{name}-1.{REGION}.elb.amazonaws.com",
        "State": {"Code": "active"},
        "AvailabilityZones": [{"ZoneName": f"{REGION}a"}, {"ZoneName": f"{REGION}b"}],
        **more,
    }


def group_arn(name: str) -> str:
    """Name a target group."""
    return f"{_ELB}:targetgroup/{name}/73e2d6bc24d8a067"


def group(name: str = "api", *balancers: str, **more: Any) -> dict[str, Any]:
    """Describe a target group of application balancers."""
    return {
        "TargetGroupArn": group_arn(name),
        "TargetGroupName": name,
        "LoadBalancerArns": [balancer_arn(each) for each in balancers],
        "Protocol": "HTTP",
        "Port": 8080,
        "TargetType": "ip",
        "HealthCheckEnabled": True,
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPort": "traffic-port",
        "HealthCheckPath": "/healthz",
        "HealthCheckIntervalSeconds": 10,
        "Matcher": {"HttpCode": "200"},
        **more,
    }


def target(address: str, state: str = "healthy", reason: str = "", description: str = "") -> dict[str, Any]:
    """Describe how a target is."""
    health = {"State": state, **({"Reason": reason, "Description": description} if reason else {})}
    return {"Target": {"Id": address, "Port": 8080, "AvailabilityZone": f"{REGION}a"}, "TargetHealth": health}
