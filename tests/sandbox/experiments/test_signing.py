"""On the real engine: what scripts do at a real registry is judged by what it holds, and by which image is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import door
from sandbox.plan import Experiment, Plan
from sandbox.signfacts import Signing, Verified

pytestmark = pytest.mark.engine
ATTACKS = (
    "unsigned",
    "other-key",
    "copied-signature",
    "moved-tag",
    "moving-tag",
    "moving-tag-later",
    "moving-tag-back",
)
LOOK = """#!/bin/sh
digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$1")
image=${1%:*}@$digest
"""
HTTP = "--allow-http-registry --allow-insecure-registry"
SIGN = LOOK + f'cosign sign -y --key cosign.key --use-signing-config=false --tlog-upload=false {HTTP} "$image"\n'
VERIFY = LOOK + f'cosign verify --key cosign.pub --insecure-ignore-tlog {HTTP} "$image" >&2 && echo "$image"\n'
Tries = Callable[..., Signing]


@pytest.fixture
def tries(slot: door.Slot) -> Tries:
    def run(sign: str, verify: str, *attacks: str) -> Signing:
        experiment = Experiment("r", "signing", sign="sign.sh", verify="verify.sh", attacks=attacks)
        outcome = slot.run(Plan("test", {}, {"sign.sh": sign, "verify.sh": verify}, (experiment,)), lambda event: None)
        fact = outcome.facts["r"]
        assert isinstance(fact, Signing)
        return fact

    return run


def cases(fact: Signing) -> dict[str, Verified]:
    return {one.case: one for one in fact.verified}


def test_right_scripts_are_right_in_every_case(tries: Tries) -> None:
    fact = tries(SIGN, VERIFY, *ATTACKS)
    seen = cases(fact)
    assert fact.signed.right and not fact.signed.others
    refused = {"unsigned", "other-key", "copied-signature", "moving-tag-back"}
    assert {case for case, one in seen.items() if one.refused} == refused
    assert {case: one.names for case, one in seen.items() if one.accepted} == dict.fromkeys(
        {"signed", "moved-tag", "moving-tag", "moving-tag-later"}, "verified"
    )


def test_a_script_that_looks_again_names_what_it_did_not_verify(tries: Tries) -> None:
    again = VERIFY.replace('"$image" >&2 && echo "$image"', '"$1" >&2 && echo "$image"')
    later = (
        f'#!/bin/sh\ncosign verify --key cosign.pub --insecure-ignore-tlog {HTTP} "$1" >&2 || exit\n{LOOK}echo $image\n'
    )
    assert cases(tries("#!/bin/sh\n", again, "moving-tag-back"))["moving-tag-back"].names == "other"
    seen = tries(SIGN.replace('"$image"\n', '"$1"\n'), later, "moving-tag-later")
    assert cases(seen)["moving-tag-later"].names == "other"
    assert not seen.signed.right and seen.signed.others == 1


def test_nobody_verifying_can_write_to_the_registry_or_read_the_private_key(tries: Tries) -> None:
    url = "http://registry:5000/v2/$(echo $1 | sed 's,.*/,,; s,:.*,,')"
    writes = f"""#!/bin/sh
test -e cosign.key && echo key
curl -s -o /dev/null -w '%{{http_code}}\\n' -X POST {url}/blobs/uploads/
curl -s -o /dev/null -w '%{{http_code}}\\n' -X DELETE {url}/manifests/1.4.2
curl -s -m 2 -o /dev/null http://registry:5001/v2/ && echo storage
"""
    fact = tries("#!/bin/sh\n", writes)
    assert cases(fact)["signed"].ran.stdout == "405\n405\n"
    assert not fact.signed.right and fact.signed.others == 0
