"""Drives the emulator with boto3, AWS's own client for Python, and prints what it saw as JSON.

Arguments: the emulator's endpoint.
"""

import base64
import hashlib
import json

from common import client, code_of

BLOCK = 524288


def digest(data):
    return hashlib.sha256(data).digest()


def text(raw):
    return base64.b64encode(raw).decode()


def put(ebs, snapshot, index, data, checksum=None):
    return ebs.put_snapshot_block(
        SnapshotId=snapshot,
        BlockIndex=index,
        BlockData=data,
        DataLength=BLOCK,
        Checksum=checksum or text(digest(data)),
        ChecksumAlgorithm="SHA256",
    )


ebs, ec2, sts = client("ebs"), client("ec2"), client("sts")
blocks = {0: b"a" * BLOCK, 5: b"b" * BLOCK}
started = ebs.start_snapshot(VolumeSize=1, ClientToken="boto3", Tags=[{"Key": "by", "Value": "boto3"}])
snapshot = started["SnapshotId"]
for index, data in blocks.items():
    put(ebs, snapshot, index, data)
bad_checksum = code_of(lambda: put(ebs, snapshot, 1, blocks[0], text(digest(blocks[5]))))
linear = digest(b"".join(digest(blocks[index]) for index in sorted(blocks)))
ebs.complete_snapshot(
    SnapshotId=snapshot,
    ChangedBlocksCount=2,
    Checksum=text(linear),
    ChecksumAlgorithm="SHA256",
    ChecksumAggregationMethod="LINEAR",
)
ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot], WaiterConfig={"Delay": 1})
read = {}
for block in ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]:
    answer = ebs.get_snapshot_block(SnapshotId=snapshot, **block)
    data = answer["BlockData"].read()
    read[block["BlockIndex"]] = data == blocks[block["BlockIndex"]] and text(digest(data)) == answer["Checksum"]
image = ec2.register_image(
    Name="boto3",
    Architecture="x86_64",
    VirtualizationType="hvm",
    RootDeviceName="/dev/xvda",
    BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}],
    TagSpecifications=[{"ResourceType": "image", "Tags": [{"Key": "a b", "Value": "c&d <e>"}]}],
)["ImageId"]
ec2.get_waiter("image_available").wait(ImageIds=[image])
described = ec2.describe_images(Filters=[{"Name": "tag:a b", "Values": ["c&d*"]}])["Images"]
launched = ec2.run_instances(
    ImageId=image,
    InstanceType="t2.micro",
    MinCount=1,
    MaxCount=2,
    UserData="hello",
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "by", "Value": "boto3"}]}],
)
instances = [instance["InstanceId"] for instance in launched["Instances"]]
ec2.get_waiter("instance_running").wait(InstanceIds=instances, WaiterConfig={"Delay": 1})
pages = ec2.get_paginator("describe_instances").paginate(Filters=[{"Name": "tag:by", "Values": ["boto3"]}])
running = [instance for page in pages for each in page["Reservations"] for instance in each["Instances"]]
attribute = ec2.describe_instance_attribute(InstanceId=instances[0], Attribute="userData")
ec2.terminate_instances(InstanceIds=instances)
ec2.get_waiter("instance_terminated").wait(InstanceIds=instances, WaiterConfig={"Delay": 1})
in_use = code_of(ec2.delete_snapshot, SnapshotId=snapshot)
deregistered = ec2.deregister_image(ImageId=image, DeleteAssociatedSnapshots=True)
print(
    json.dumps(
        {
            "account": sts.get_caller_identity()["Account"],
            "same": ebs.start_snapshot(VolumeSize=1, ClientToken="boto3", Tags=[{"Key": "by", "Value": "boto3"}])[
                "SnapshotId"
            ]
            == snapshot,
            "conflict": code_of(ebs.start_snapshot, VolumeSize=2, ClientToken="boto3"),
            "badChecksum": bad_checksum,
            "read": read,
            "described": [[each["ImageId"] == image, each["Tags"], each["BlockDeviceMappings"]] for each in described],
            "snapshot": snapshot,
            "running": sorted([each["State"]["Name"], each["PrivateIpAddress"]] for each in running),
            "userData": base64.b64decode(attribute["UserData"]["Value"]).decode(),
            "inUse": in_use,
            "deregistered": deregistered["DeleteSnapshotResults"],
            "gone": code_of(ec2.describe_snapshots, SnapshotIds=[snapshot]),
            "wrongSecret": code_of(client("ec2", "wrong").describe_regions),
            "wrongSecretOfEbs": code_of(client("ebs", "wrong").start_snapshot, VolumeSize=1),
        }
    )
)
