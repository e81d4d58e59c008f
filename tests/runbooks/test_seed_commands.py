"""Every command of the five seeds: its risk, and what is to be filled in.

The table was written down from what the program said, and then held against the text of each command.
"""

from pathlib import Path

import pytest

from cockpit.runbooks.load import open_runbook
from cockpit.runbooks.model import Command
from cockpit.runbooks.placeholders import find_placeholders
from cockpit.runbooks.printed_secrets import printed_secret
from cockpit.runbooks.risk import judge

SEEDS = Path(__file__).parent / "seeds"
SAID = {
    "000": {
        "read": (
            "29 32 33 36 42 62 80 84 85 88 114 117 120 123 133 136 139 146 147 158 181 203 225 240 256 265 271 "
            "274 275 281 284 285 308 315 334 337 354 362 383 408 428 431 470 473 474 477 484 491 494 523 524 525 "
            "557 567 570 571 590 600 607 627 628 629 630 633 634 676 679 682 685 695 696 729 757 788"
        ),
        "write": (
            "39 178 185 192 231 243 291 326 331 357 371 375 411 554 558 561 564 597 637 638 639 642 692 719 722 "
            "747 763 764 767 782 806"
        ),
        "unknown": "96 311 543 582 586 603 706 707 708",
        "read incidentfox-agent-xxx-yyy": "126 168",
        "destroy": "184 795",
        "read incidentfox-config-service-xxx-yyy": "213",
        "read secret": "228 365",
        "read incidentfox-orchestrator-xxx-yyy": "268",
        "read arn:aws:elasticloadbalancing:us-west-2:103002841599:targetgroup/...": "288",
        "read DATABASE_URL": "319 487 497 511 519 802",
        "write DATABASE_URL": "515 578 778 798",
        "unknown DATABASE_URL": "703",
    },
    "001": {
        "read": "92 153 271 537",
        "write deployment-url": "141 546",
        "write id": "179 185",
        "read deployment-id": "300",
        "unknown": "540 543",
    },
    "002": {
        "read": ("62 68 106 112 225 229 230 233 236 246 284 287 290 291 339 455 459 483 486 661 703 706 709 718"),
        "write": "74 153 336 342 352 355 364 374 377 384 399 427 430 433 510 532 645 651 712 715 721",
        "unknown": "109 263",
        "read pod-name": "226 249 250",
        "destroy pod-name": "367",
        "destroy": "394 406",
        "write pod-name": "409",
        "write issue-number": "516",
    },
    "003": {
        "read": "405 408 438 591 594 688 724 725 751",
        "read service": "429 432 435 779",
        "write service": "457 460 463 638 698 704",
        "read postgres-pod": "621 625 652 660",
        "destroy postgres-pod": "633",
        "destroy service": "637",
        "read pod-name": "691",
        "destroy cert-name": "732",
        "write": "733",
        "read secret": "754",
    },
    "004": {
        "read": (
            "94 100 185 192 199 202 205 208 215 216 219 220 223 226 233 234 240 243 257 264 275 284 299 434 437 "
            "440 449 497 498 501 515 529 568 571 572 575 578 586 656 659 662 738 743 749 800 801 810 817 869 879 "
            "1134 1135 1136 1137 1138 1141 1153 1154 1160 1161 1166"
        ),
        "read db-host user": "237 589",
        "write previous-stable-commit": "260",
        "unknown environment commit-hash": "261",
        "write": "274 278 281 294 308 330 331 456 470 522 607 617 824 825",
        "unknown": "314 317 320 462 468 614 621 678 732 735 746 807 814 830 841 875 876 907 913 914 1164 1165",
        "unknown PID": "446",
        "write PID": "504",
        "read PID": "509",
        "destroy": "597",
        "unknown binary_remote_addr": "676",
        "read secret": "739 740",
        "read agent-name": "804",
        "read suspicious-IP": "872",
        "write suspicious-IP": "890",
        "unknown suspicious-IP": "894",
        "unknown package-name": "910",
        "read process-name": "1142",
        "destroy PID": "1143",
        "read service": "1144 1149",
        "write service": "1145",
        "read logfile": "1148 1150",
        "read URL": "1155",
        "read domain": "1156",
        "read host": "1157",
    },
}
"""Risk, `secret` where one would be printed, and placeholders: lines of the commands that have them."""


def commands(seed: str) -> dict[int, Command]:
    """Give what can be typed of a seed, by line."""
    steps = (step for phase in open_runbook(SEEDS / f"{seed}.md").phases for step in phase.steps)
    return {each.line: each for step in steps for each in step.commands if each.language in {"sh", "sql"}}


@pytest.mark.parametrize("seed", SAID)
def test_every_command_of_the_seeds_is_judged_as_a_reader_does(seed: str) -> None:
    expected = {int(line): words for words, lines in SAID[seed].items() for line in lines.split()}
    found = {line: " ".join(_words(command)) for line, command in commands(seed).items()}
    assert found == expected


def _words(command: Command) -> list[str]:
    secret = ["secret"] if command.language == "sh" and printed_secret(command.text) else []
    return [judge(command).risk.value, *secret, *(place.name for place in find_placeholders(command.text))]
