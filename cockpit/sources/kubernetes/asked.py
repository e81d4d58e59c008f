"""What a pod as a whole asks for and may use, from what its containers do."""

from cockpit.sources.kubernetes.model import Pod


def asked_by(pod: Pod, what: str) -> int:
    """Add up an amount over the containers of a pod, as the scheduler and `kubectl describe node` do.

    What runs for as long as the pod does counts together; an init container counts with the sidecars before it, and
    only where it needs more than that (Kubernetes: resource sharing within containers). Nothing said counts as 0.

    Args:
        pod: the pod, its init containers in the order in which they run.
        what: a field of `Resources`, such as `cpu_request`.
    """
    stays = most = 0
    for container in pod.containers:
        amount = getattr(container.resources, what) or 0
        if container.init and not container.sidecar:
            most = max(most, stays + amount)
        else:
            stays += amount
    return max(stays, most)
