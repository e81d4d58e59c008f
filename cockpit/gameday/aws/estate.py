"""What there is in the practice AWS: a database with a replica, and a balancer with a target group."""

from datetime import datetime, timedelta
from typing import Any

from moto.core.base_backend import BackendDict
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeLoadBalancer, FakeTargetGroup, elbv2_backends
from moto.rds.models import DBInstance, Event, RDSBackend, rds_backends

from cockpit.gameday.aws.facts import ACCOUNT, REGION
from cockpit.gameday.aws.moto_overrides import without_zone
from cockpit.gameday.aws.targets import Targets
from cockpit.gameday.vital_signs import GIBIBYTE, STORAGE

DATABASE, REPLICA = "shop-db", "shop-db-replica"
BALANCER = "shop"
GROUP = "shop-web"
_TAGS = [{"Key": "app", "Value": "shop"}, {"Key": "environment", "Value": "practice"}]
_AGE = timedelta(days=41)


class PracticeInstance(DBInstance):
    """An RDS instance whose endpoint is where the practice database listens."""

    host = ""

    @property
    def address(self) -> str:
        """The host of its endpoint; moto's own name where there is no practice database."""
        return self.host or super().address


class PracticeTargetGroup(FakeTargetGroup):
    """A target group whose targets are pods, and as well as these."""

    pods: Targets

    def health_for(self, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
        """Tell how a target is."""
        known = self.pods.known.get(target["Id"])
        if known is None:
            return super().health_for(target, ec2_backend)
        port: Any = known.port
        return FakeHealthStatus(known.ip, port, str(port), known.state, known.reason, known.description)

    def follow(self) -> None:
        """Take the pods as they are for its targets."""
        self.pods.look()
        self.targets = {each.ip: {"Id": each.ip, "Port": each.port} for each in self.pods.known.values()}


class Estate:
    """The database and the balancer of the shop in moto's backends, which the servers of a process share.

    Args:
        pods: Behind the balancer.
        health_path: Where the balancer asks them.
        endpoint: Host and port of the practice database; None: there is none.
        now: When the world begins.
    """

    def __init__(self, pods: Targets, health_path: str, endpoint: tuple[str, int] | None, now: datetime) -> None:
        self._rds: RDSBackend = _fresh(rds_backends)
        self._elb: ELBv2Backend = _fresh(elbv2_backends)
        self._now = now
        self.database = self._instance(DATABASE, "db.m6g.large", "a", endpoint)
        self.replica = self._instance(REPLICA, "db.m6g.large", "b", None)
        self.replica.source_db_instance_identifier = DATABASE
        self.replica.set_as_replica()
        self.database.add_replica(self.replica)
        for minutes, done in ((42, "Backing up DB instance"), (40, "Finished DB Instance backup")):
            self.tell(DATABASE, "backup", done, now - timedelta(minutes=minutes))
        self.balancer = self._balancer()
        self.group = self._group(pods, health_path)

    def tell(self, name: str, category: str, message: str, at: datetime) -> None:
        """Add an event of an instance."""
        event = Event("DB_INSTANCE_CREATE", self._rds.databases[name])
        event.event_categories = [category]
        event.message = message
        event.date = without_zone(at)
        self._rds.events = [*self._rds.events, event]

    def _instance(self, name: str, size: str, zone: str, endpoint: tuple[str, int] | None) -> PracticeInstance:
        host, port = endpoint or ("", 5432)
        instance = PracticeInstance(  # type: ignore[abstract]  # as moto's own are, and it makes them
            self._rds,
            name,
            size,
            "postgres",
            engine_version="18.0",
            port=port,
            allocated_storage=STORAGE // GIBIBYTE,
            master_username="postgres",
            master_user_password="",
            multi_az=name == DATABASE,
            storage_type="gp3",
            tags=_TAGS,
            vpc_security_group_ids=["sg-practice"],
            availability_zone=f"{REGION}{zone}",
            db_name="shop",
        )
        instance.host = host
        instance.dbi_resource_id = f"db-PRACTICE{name.upper().replace('-', '')}"
        instance.instance_create_time = without_zone(self._now - _AGE)
        self._rds.databases[name] = instance
        return instance

    def _balancer(self) -> FakeLoadBalancer:
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{BALANCER}/50dc6c495c0c9188"
        host = f"{BALANCER}-1234567890.{REGION}.elb.amazonaws.com"
        groups = ["sg-practice"]
        balancer = FakeLoadBalancer(BALANCER, groups, [], "vpc-practice", arn, host, "active")  # type: ignore[abstract]
        self._elb.load_balancers[arn] = balancer
        self._elb.tagging_service.tag_resource(arn, _TAGS)
        return balancer

    def _group(self, pods: Targets, health_path: str) -> PracticeTargetGroup:
        group = PracticeTargetGroup(  # type: ignore[abstract]
            GROUP, ACCOUNT, REGION, "vpc-practice", "HTTP", "8081", healthcheck_path=health_path, target_type="ip"
        )
        group.arn = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{GROUP}/73e2d6bc24d8a067"
        group.load_balancer_arns = [self.balancer.arn]
        group.pods = pods
        group.follow()
        self._elb.target_groups[group.arn] = group
        self._elb.tagging_service.tag_resource(group.arn, _TAGS)
        return group


def _fresh(backends: BackendDict[Any]) -> Any:
    """Give the backend of the practice account as if nobody had ever used it."""
    backend = backends[ACCOUNT][REGION]
    backend.reset()
    return backend
